package main

import (
	"io"
	"maps"
	"net/http"
	"slices"
)

type resetCommand struct {
	All bool `variable:"-" help:"Webhooks, accounts, people and keys too."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (resetCommand) Help() string { return example("kycmock reset", "kycmock reset --all") }

// Run has the mock forget.
func (c resetCommand) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	done, answer, err := ask[struct{ Cleared map[string]int }](s.ctx, mock, http.MethodPost, at("/reset"), nil, map[string]bool{"all": c.All})
	if err != nil {
		return err
	}
	return c.write(s.out, answer, func(out io.Writer) error {
		t := tableOf("FORGOTTEN", "HOW MANY")
		for _, kind := range slices.Sorted(maps.Keys(done.Cleared)) {
			t.add(kind, done.Cleared[kind])
		}
		return t.write(out, "There was nothing to forget.")
	})
}
