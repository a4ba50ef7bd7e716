namespace h2k {

namespace {

struct Work {
    double b;
};

} // namespace

struct Other;

} // namespace h2k
