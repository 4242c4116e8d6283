// The one translation unit that holds Boost.JSON, so that nothing links a Boost library.
#include <boost/json/src.hpp>
