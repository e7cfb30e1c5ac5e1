// Package layers holds the rules of the house that the compiler does not know:
// who may import whom, how long a file may be, which tables a store may name,
// which words exist. Its tests read the whole tree and fail where a rule is
// broken; the rules themselves are the text files beside them.
package layers
