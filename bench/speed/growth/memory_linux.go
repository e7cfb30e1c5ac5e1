package main

import (
	"os"
	"syscall"
)

// mostMemory returns the most memory, in bytes, that a process ever held.
func mostMemory(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}
