package mockserver

import (
	"context"
	"slices"
	"sync"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/scenarios"
)

// runs keeps the scenarios that are being told, and the last that were.
type runs struct {
	mu    sync.Mutex
	list  []*Run // oldest first
	going sync.WaitGroup
}

// Run is a scenario that is being told to a Server's receivers, or was.
type Run struct {
	*scenarios.Run
	id      string
	settled chan struct{}
}

// Done is closed when the run is over and what it left pending was called off:
// forged deliveries would be made again for two hours otherwise.
func (r *Run) Done() <-chan struct{} { return r.settled }

// keptRuns is how many runs are remembered.
const keptRuns = 1000

// Scenarios are those that can be run by name: built in, of Config.Scenarios,
// and uploaded.
func (s *Server) Scenarios() *scenarios.Library { return s.library }

// StartRun begins to tell the scenario of this name. The error is a problem with
// the options; nothing was done then.
//
// Runs that go on at once share the Server's clock, its keys and what is armed
// for the vendors' APIs: one that rotates a key or breaks the JWKS is felt by
// the receivers of the others.
func (s *Server) StartRun(name string, o scenarios.Options) (*Run, error) {
	story, known := s.library.Find(name)
	if !known {
		return nil, problem.New(problem.NotFound, "there is no scenario %q; GET /_mock/v1/scenarios lists them", name)
	}
	return s.StartScenario(story, o)
}

// StartScenario is StartRun for a scenario that need not be among Scenarios,
// such as one that was read from a file.
//
// Options.Began must not call what is about runs, nor Reset or Close: they wait
// until this one is among the Server's.
func (s *Server) StartScenario(story scenarios.Scenario, o scenarios.Options) (*Run, error) {
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
	s.runs.mu.Lock() // so that Close either finds the run or has ended its context
	defer s.runs.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return nil, problem.New(problem.Conflict, "the mock is closed")
	}
	o.Began = both(s.noteRun, o.Began)
	o.Observe = both(func(now scenarios.StepResult) { s.noteStep(o.RunID, now) }, o.Observe)
	told, err := scenarios.Start(s.ctx, s.World(), story, o)
	if err != nil {
		return nil, err
	}
	run := &Run{told, o.RunID, make(chan struct{})}
	s.runs.list = append(s.runs.list, run)
	s.runs.forget(len(s.runs.list) - keptRuns)
	s.runs.going.Go(func() {
		<-told.Done()
		s.engine.CancelAll("the scenario ended", func(n delivery.Notification) bool { return n.Run == run.id })
		s.noteRun(told.Result())
		close(run.settled)
	})
	return run, nil
}

// Kinds of the journal's entries about runs: a run as it begins and as it has
// ended, and each of its steps likewise.
const (
	kindRun  = "run"
	kindStep = "step"
)

// runNoted is a run as the journal tells of it, with the number of its steps:
// each has entries of its own.
type runNoted struct {
	scenarios.Result
	Steps int `json:"steps"`
}

// Size is roughly that of what was given: the command holds it, and all else is
// small or the scenario's own.
func (n runNoted) Size() int { return len(n.Command) }

// stepNoted is a step of a run as the journal tells of it.
type stepNoted struct {
	Run string `json:"run"`
	scenarios.StepResult
}

// Size is roughly that of the words, and of the IDs at 32 bytes each.
func (n stepNoted) Size() int {
	return len(n.Name) + len(n.Detail) + len(n.Finding) + len(n.Otherwise) + 32*len(n.Deliveries)
}

func (s *Server) noteRun(now scenarios.Result) {
	steps := len(now.Steps)
	now.Steps = nil
	s.journal.Append(kindRun, now.ID, runNoted{now, steps})
}

func (s *Server) noteStep(run string, now scenarios.StepResult) {
	s.journal.Append(kindStep, run+"/"+now.Path, stepNoted{run, now})
}

// both calls one and then, unless it is nil, the other.
func both[T any](one, other func(T)) func(T) {
	return func(value T) {
		one(value)
		if other != nil {
			other(value)
		}
	}
}

// forget removes as many of the oldest runs that are over. It is called with mu
// held.
func (r *runs) forget(extra int) {
	if extra <= 0 {
		return
	}
	r.list = slices.DeleteFunc(r.list, func(run *Run) bool {
		over := extra > 0 && run.Result().Status != scenarios.Running
		if over {
			extra--
		}
		return over
	})
}

// Run returns the run of this ID.
func (s *Server) Run(id string) (*Run, error) {
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	for _, r := range s.runs.list {
		if r.id == id {
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

// farewell is how long forgetRuns waits, in real time, for runs to end that it
// has cancelled. A step may be waiting for what is not the run's.
const farewell = 5 * time.Second

// forgetRuns cancels the runs that are going on, and forgets all. They have
// ended when it returns, so that nothing of them comes after a reset.
func (s *Server) forgetRuns() (n int) {
	s.runs.mu.Lock()
	list := s.runs.list
	s.runs.list = nil
	s.runs.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	for _, r := range list {
		r.Cancel()
	}
	for _, r := range list {
		WaitRun(ctx, r)
	}
	return len(list)
}

// WaitRun waits until a run is over, or ctx is.
func WaitRun(ctx context.Context, r *Run) scenarios.Result {
	select {
	case <-r.Done():
	case <-ctx.Done():
	}
	return r.Result()
}
