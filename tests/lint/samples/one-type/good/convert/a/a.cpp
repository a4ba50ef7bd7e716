namespace h2k {

namespace {

struct Work {
    int a;
};

} // namespace

struct Other;

} // namespace h2k
