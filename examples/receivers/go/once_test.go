package main

import (
	"errors"
	"testing"
)

func TestWorkThatFailedIsDoneAgain(t *testing.T) {
	taken := &once{ids: map[string]bool{}}
	worked := 0
	work := func() error {
		worked++
		switch worked {
		case 1:
			return errors.New("the database is away")
		case 2:
			panic("a mistake")
		}
		return nil
	}
	if err := taken.take("a", work); err == nil {
		t.Error("the work failed, and nobody is told")
	}
	func() {
		defer func() { _ = recover() }()
		_ = taken.take("a", work)
	}()
	for range 2 {
		if err := taken.take("a", work); err != nil {
			t.Error(err)
		}
	}
	if worked != 3 {
		t.Errorf("the work began %d times, wanted 3: it failed twice, and was done once", worked)
	}
}
