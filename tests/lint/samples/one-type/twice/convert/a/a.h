namespace h2k {

struct Document {
    int a;
};

namespace text {

struct Piece {
    int a;
};

} // namespace text

} // namespace h2k
