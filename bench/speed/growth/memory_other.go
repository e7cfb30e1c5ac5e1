//go:build !linux

package main

import "os"

// mostMemory is not known on other systems: it is 0.
func mostMemory(*os.ProcessState) int64 { return 0 }
