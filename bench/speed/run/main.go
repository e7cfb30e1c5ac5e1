// Command run measures the stages of scoring; see package speed.
package main

import "github.com/lianxi-cc/lianxi/bench/speed"

func main() { speed.Main("chain", nil) }
