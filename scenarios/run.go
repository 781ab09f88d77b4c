package scenarios

import (
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kycmock/mockserver/provider"
)

// Options are how a scenario is to be told. The zero value works for one that
// has a default for each of its variables.
type Options struct {
	// Vars sets variables, each written as its default would be in YAML.
	Vars map[string]string
	// Account is that of steps that name none. The default is the variable
	// account, or else the account called default.
	Account string
	// URL is where the receiver is. It is saved as the webhook of every vendor
	// that the scenario plays. The default is the variable url, or else the
	// webhook that is set.
	URL string
	// Seed decides everything that is invented. The default is a new one.
	Seed *uint64
	// Include finds a scenario by its name, for those that include others. The
	// default finds none.
	Include func(name string) (Scenario, bool)
	// RunID names the run; deliveries carry it. The default is a new one.
	RunID string
	// Argument is what the command line calls the scenario, such as its file.
	// The default is its name.
	Argument string
	// Began is told of the run before anything of it happens. Nil tells nobody.
	Began func(Result)
	// Observe is told of each step as it begins and as it ends, one after
	// another. Nil tells nobody.
	Observe func(StepResult)
	// Limit bounds the run, in real time. The default is 5 minutes.
	Limit time.Duration
}

// DefaultLimit is how long a run may take, in real time, when nobody says.
const DefaultLimit = 5 * time.Minute

// Causes of a run's end.
var (
	errCancelled = errors.New("the run was cancelled")
	errLimit     = errors.New("the run took longer than it may")
)

// Run is a scenario that is being told, or was. Its methods may be called from
// any goroutine.
type Run struct {
	world     World
	options   Options
	seed      uint64
	providers []string // whose webhook is the URL that was given
	rows      []*row
	cancel    context.CancelCauseFunc
	done      chan struct{}

	observing sync.Mutex // one step at a time

	mu     sync.Mutex // guards what follows, and the rows' results
	result Result     // without steps
	caused []string   // deliveries that its steps led to
	armed  []string   // faults that are still to be disarmed
}

// Start begins to tell a scenario, and returns when it has begun. The error is a
// problem with the options, or with what is included: nothing was done then.
// When ctx ends the run is cancelled.
func Start(ctx context.Context, w World, s Scenario, o Options) (*Run, error) {
	given := make(map[string]string, len(o.Vars)+2)
	for name, value := range o.Vars {
		given[name] = value
	}
	for name, value := range map[string]string{varURL: o.URL, varAccount: o.Account} {
		if value != "" {
			given[name] = value
		}
	}
	vars, err := variables(s, given)
	if err != nil {
		return nil, err
	}
	p := &planner{include: o.Include}
	rows, err := p.rows(s, s.Steps, "", 1)
	if err != nil {
		return nil, err
	}
	if o.RunID == "" {
		o.RunID = "run_" + strings.ToLower(crand.Text()[:16])
	}
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	r := &Run{world: w, options: o, seed: seedOf(o), rows: rows, providers: p.providers, done: make(chan struct{})}
	r.result = Result{
		ID: o.RunID, Scenario: s.Name, File: s.File, Status: Running,
		Seed: r.seed, ClockStart: w.Now(), Vars: vars,
	}
	r.result.Command = command(r.result, o.Argument, given)
	if o.Began != nil {
		o.Began(r.Result())
	}
	ctx, r.cancel = context.WithCancelCause(ctx)
	go r.tell(ctx, s)
	return r, nil
}

// Play tells a scenario from its beginning to its end: [Start], and the Result
// when the run is over.
func Play(ctx context.Context, w World, s Scenario, o Options) (Result, error) {
	r, err := Start(ctx, w, s, o)
	if err != nil {
		return Result{}, err
	}
	<-r.Done()
	return r.Result(), nil
}

// Done is closed when the run is over.
func (r *Run) Done() <-chan struct{} { return r.done }

// Cancel stops the run. An attempt that it waits for is called off.
func (r *Run) Cancel() { r.cancel(errCancelled) }

// Result is the run as it stands.
func (r *Run) Result() Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := r.result
	result.Steps = shown([]StepResult{}, r.rows, result.Status != Running)
	return result
}

// shown lists the steps that have begun, or all of them.
func shown(list []StepResult, rows []*row, all bool) []StepResult {
	for _, r := range rows {
		if r.begun || all {
			list = append(list, r.StepResult)
			list = shown(list, r.inner, all)
		}
	}
	return list
}

// tell goes through the scenario.
func (r *Run) tell(ctx context.Context, s Scenario) {
	defer close(r.done)
	defer r.cancel(nil)
	ctx, release := context.WithTimeoutCause(ctx, r.options.Limit, errLimit)
	defer release()
	calledOff := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(calledOff); r.callOff() })
	t, err := r.begin(ctx, s)
	if err == nil {
		err = t.steps(ctx, r.rows)
	}
	if !stop() {
		<-calledOff
	}
	if ctx.Err() != nil {
		r.callOff() // what a step that was under way led to meanwhile
	}
	r.disarm()
	r.end(ctx, err)
}

// begin sets the scene: the receiver's address.
func (r *Run) begin(ctx context.Context, s Scenario) (*telling, error) {
	t := r.telling(s, r.result.Vars, provider.DefaultAccount)
	if err := t.setURL(ctx, r.played(t.scope)); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Vars = t.scope.vars // which nobody changes from now on
	return t, nil
}

// played lists the vendors that the scenario plays, each once.
func (r *Run) played(s *scope) []string {
	var names []string
	for _, name := range r.providers {
		name, err := s.text(Text(name))
		if err == nil && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// seedOf is the run's seed, drawn when nobody gave one. It is short, so that
// people can copy it.
func seedOf(o Options) uint64 {
	if o.Seed != nil {
		return *o.Seed
	}
	var b [8]byte
	_, _ = crand.Read(b[:]) // never fails, by its documentation
	return binary.BigEndian.Uint64(b[:]) % 1_000_000_000
}

// derived is the seed of one trigger: of 53 bits, which JSON's numbers hold in
// every language.
func derived(seed uint64, path string, repetition int) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", seed, path, repetition))
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}
