namespace h2k {

class Document {
    double b;
};

struct Piece {
    double b;
};

} // namespace h2k
