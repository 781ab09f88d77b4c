package mockserver

import (
	"context"
	"slices"
	"sync"

	"kycmock/mockserver/problem"
	"kycmock/scenarios"
)

// runs keeps the scenarios that are being told, and the last that were.
type runs struct {
	mu    sync.Mutex
	list  []*scenarios.Run // oldest first
	going sync.WaitGroup
}

// keptRuns is how many runs are remembered.
const keptRuns = 1000

// Scenarios are those that can be run by name: built in, of Config.Scenarios,
// and uploaded.
func (s *Server) Scenarios() *scenarios.Library { return s.library }

// StartRun begins to tell the scenario of this name. The error is a problem with
// the options; nothing was done then.
func (s *Server) StartRun(name string, o scenarios.Options) (*scenarios.Run, error) {
	story, known := s.library.Find(name)
	if !known {
		return nil, problem.New(problem.NotFound, "there is no scenario %q; GET /_mock/v1/scenarios lists them", name)
	}
	if o.Include == nil {
		o.Include = s.library.Find
	}
	if o.RunID == "" {
		o.RunID = s.ids.newID("run_")
	}
	if o.Seed == nil {
		seed := s.ids.seed()
		o.Seed = &seed
	}
	run, err := scenarios.Start(s.ctx, s.World(), story, o)
	if err != nil {
		return nil, err
	}
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	s.runs.list = append(s.runs.list, run)
	if extra := len(s.runs.list) - keptRuns; extra > 0 {
		s.runs.list = slices.DeleteFunc(s.runs.list, func(r *scenarios.Run) bool {
			over := extra > 0 && r.Result().Status != scenarios.Running
			if over {
				extra--
			}
			return over
		})
	}
	s.runs.going.Go(func() { <-run.Done() })
	return run, nil
}

// Run returns the run of this ID.
func (s *Server) Run(id string) (*scenarios.Run, error) {
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	for _, r := range s.runs.list {
		if r.Result().ID == id {
			return r, nil
		}
	}
	return nil, problem.New(problem.NotFound, "there is no run %q; old ones are forgotten in time", id)
}

// Runs lists the runs that are remembered, oldest first.
func (s *Server) Runs() []scenarios.Result {
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	list := []scenarios.Result{}
	for _, r := range s.runs.list {
		list = append(list, r.Result())
	}
	return list
}

// forgetRuns cancels the runs that are going on and forgets all.
func (s *Server) forgetRuns() (n int) {
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	for _, r := range s.runs.list {
		r.Cancel()
	}
	n = len(s.runs.list)
	s.runs.list = nil
	return n
}

// WaitRun waits until a run is over, or ctx is.
func WaitRun(ctx context.Context, r *scenarios.Run) scenarios.Result {
	select {
	case <-r.Done():
	case <-ctx.Done():
	}
	return r.Result()
}
