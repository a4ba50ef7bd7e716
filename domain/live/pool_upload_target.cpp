// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "domain/live/image_name.h"
#include "domain/live/pool_targets.h"
#include "domain/xml_element.h"

namespace h2k {

namespace {

constexpr std::uint64_t most_seed = 4u << 20; // three files of 1 MiB at most

/// Source: https://libvirt.org/formatstorage.html#storage-volume-xml
std::string volume_xml(const Pool &pool, const std::string &name, DiskFormat format, std::uint64_t bytes) {
    const ElementTree tree = new_tree("volume");
    const std::string capacity = std::to_string(bytes);
    tree.root.add("name", name);
    tree.root.add("capacity", capacity).set("unit", "bytes");
    // Files grow as they are written; elsewhere less than the capacity would mean thin provisioning.
    tree.root.add("allocation", pool.is_folder() ? "0" : capacity).set("unit", "bytes");
    if (pool.is_folder()) {
        const Element target = tree.root.add("target");
        target.add("format").set("type", name_of(format));
        if (format == DiskFormat::qcow2)
            target.add("compat", "1.1");
    }
    return to_text(tree);
}

class PoolUploadTarget final : public Target {
  public:
    explicit PoolUploadTarget(Pool pool) noexcept : pool_(std::move(pool)) {}

    Result<> check(const Machine &target) const override {
        H2K_CHECK(check_image_names(target));
        std::uint64_t wanted = 0;
        for (std::size_t i = 0; i < target.disks.size(); ++i) {
            H2K_CHECK(require_free_volume(pool_, image_name(target, i)));
            if (!pool_.is_folder() && target.disks[i].top.format != DiskFormat::raw)
                return fail(H2K_ERROR_TARGET,
                            _("The storage pool “%s” supports raw images only; request the format raw."),
                            pool_.name.c_str());
            wanted += target.disks[i].top.bytes;
        }
        for (const auto &iso : target.isos) {
            H2K_CHECK(require_free_volume(pool_, iso_name(target, iso)));
            wanted += iso.seed ? most_seed : iso.bytes;
        }
        return check_space(wanted);
    }
    std::string work_parent() const override { return h2k::work_parent(); }
    std::string disk_path(const Machine &target, std::size_t index) const override {
        return pool_.path + "/" + image_name(target, index);
    }
    Result<> publish(const Machine &target, std::size_t index, const std::string &made, GCancellable *cancel) override {
        const auto &disk = target.disks[index];
        return send(made, volume_xml(pool_, image_name(target, index), disk.top.format, disk.top.bytes), cancel);
    }
    std::string iso_path(const Machine &target, const IsoImage &iso) const override {
        return pool_.path + "/" + iso_name(target, iso);
    }
    Result<> publish_iso(const Machine &target, const IsoImage &iso, const std::string &made,
                         GCancellable *cancel) override {
        const auto bytes = H2K_TRY(identity_of(made)).size;
        return send(made, volume_xml(pool_, iso_name(target, iso), DiskFormat::raw, bytes), cancel);
    }
    void withdraw() override {
        for (const auto &volume : volumes_)
            virStorageVolDelete(volume.get(), 0);
        volumes_.clear();
    }

  private:
    Result<> send(const std::string &made, const std::string &xml, GCancellable *cancel) {
        H2K_CHECK(check_cancelled(cancel));
        Owned<virStorageVol> volume{virStorageVolCreateXML(pool_.handle.get(), xml.c_str(), 0)};
        if (!volume)
            return libvirt_failure(H2K_ERROR_TARGET, _("Cannot create a volume in the storage pool"));
        Result<> sent = upload_volume(volume.get(), made, cancel);
        if (!sent) {
            virStorageVolDelete(volume.get(), 0);
            return sent;
        }
        volumes_.push_back(std::move(volume));
        return {};
    }

    /// Files are sparse and may need far less than the capacity; devices need all of it.
    Result<> check_space(std::uint64_t wanted) const {
        virStoragePoolInfo info{};
        if (virStoragePoolGetInfo(pool_.handle.get(), &info) != 0)
            return libvirt_failure(H2K_ERROR_TARGET, _("Cannot get the free space of the storage pool"));
        if (info.available == 0 || (!pool_.is_folder() && info.available < wanted))
            return fail(H2K_ERROR_TARGET,
                        _("The storage pool “%s” has only %s of free space; the guest's disks need %s."),
                        pool_.name.c_str(), size_for_people(info.available).c_str(), size_for_people(wanted).c_str());
        return {};
    }

    Pool pool_;
    std::vector<Owned<virStorageVol>> volumes_;
};

} // namespace

std::unique_ptr<Target> pool_upload_target(Pool pool) { return std::make_unique<PoolUploadTarget>(std::move(pool)); }

} // namespace h2k
