int what_it_tells(const Request &wish);
struct ToldBefore {};
void takeBack();
int room_for;
