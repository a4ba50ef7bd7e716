/// Wishes of the user.
constexpr auto said = "Nothing was told";
