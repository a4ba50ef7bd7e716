// "convert/source/ovf/parts.h" comes by the source
