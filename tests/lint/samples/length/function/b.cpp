namespace h2k {

class Reader {
  public:
    int short_one() { return 1; }
    int long_one(int a,
                 int b) const {
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        use(a, b);
        return a;
    }
};

} // namespace h2k
