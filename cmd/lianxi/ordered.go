package main

import (
	"sync"
)

// ordered runs work for every item that produce yields, in n goroutines, and
// hands the answers to consume in the order of the items, so that the output
// is the same whatever n is. It holds a few items a worker at a time, however
// many there are. The first error of consume stops it.
func ordered[In, Out any](n int, produce func(yield func(In) bool), work func(worker int, in In) Out, consume func(Out) error) error {
	type job struct {
		in   In
		done chan Out
	}
	jobs, queue := make(chan job), make(chan job, 4*n)
	stop := make(chan struct{})

	var workers sync.WaitGroup
	for w := range n {
		workers.Go(func() {
			for j := range jobs {
				j.done <- work(w, j.in)
			}
		})
	}
	go func() {
		defer close(jobs)
		defer close(queue)
		produce(func(in In) bool {
			j := job{in: in, done: make(chan Out, 1)}
			select {
			case queue <- j:
			case <-stop:
				return false
			}
			select {
			case jobs <- j:
			case <-stop:
				j.done <- *new(Out)
				return false
			}
			return true
		})
	}()

	var err error
	for j := range queue {
		out := <-j.done
		if err != nil {
			continue
		}
		if err = consume(out); err != nil {
			close(stop)
		}
	}
	workers.Wait()
	return err
}
