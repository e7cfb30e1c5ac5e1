// Command lianxi is the practice seat 练席: it serves the pages, and does at
// the command line what can be done without them.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], std{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ()}))
}

// std is what a command has of the world outside.
type std struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
}
