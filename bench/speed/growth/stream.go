package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// stream feeds the program ever more conversations. Its memory must not grow.
func (b *bench) stream() error {
	if b.program == "" {
		return errors.New("stream needs -program")
	}
	fmt.Fprintf(b.out, "conversations\ts\tµs each, of a processor\tmost memory, MB\t\n")
	for n := 1000; n <= b.most; n *= 10 {
		start := time.Now()
		used, memory, err := b.feed(n)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "%d\t%.1f\t%.1f\t%d\t\n", n, time.Since(start).Seconds(), used.Seconds()*1e6/float64(n), memory>>20)
		if err := b.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// feed writes n conversations to the program and drops what it prints. It
// returns the processor time and the most memory, in bytes, that it used.
func (b *bench) feed(n int) (used time.Duration, memory int64, err error) {
	c := exec.Command(b.program, "score", "-")
	c.Stdout, c.Stderr = io.Discard, os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := c.Start(); err != nil {
		return 0, 0, err
	}
	lines := bufio.NewWriterSize(in, 1<<20)
	for i := range n {
		if _, err = lines.Write(append(b.load.Lines[i%len(b.load.Lines)], '\n')); err != nil {
			break
		}
	}
	err = errors.Join(err, lines.Flush(), in.Close(), c.Wait())
	state := c.ProcessState
	return state.UserTime() + state.SystemTime(), mostMemory(state), err
}
