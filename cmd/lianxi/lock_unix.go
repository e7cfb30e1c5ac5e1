//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// lockFolder makes this process the one that serves or restores the data
// folder. The lock ends with the process, however that ends.
func lockFolder(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Key: "cli.data", Args: fault.Args{"dir": dir, "problem": cause(err)}, Err: err}
	}
	f, err := os.OpenFile(filepath.Join(dir, "lianxi.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Key: "cli.data", Args: fault.Args{"dir": dir, "problem": cause(err)}, Err: err}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = errors.Join(err, f.Close())
		return nil, &fault.Error{Kind: fault.Conflict, Key: "cli.data.served", Args: fault.Args{"dir": dir}, Err: err}
	}
	return func() { _ = f.Close() }, nil // closing gives the lock back
}
