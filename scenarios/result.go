package scenarios

import (
	"slices"
	"strings"
	"time"
)

// Status is where a run stands, or how it ended.
type Status string

// The statuses of a run; all but running are final.
const (
	Running   Status = "running"   // It is being told.
	Passed    Status = "passed"    // Everything held.
	Failed    Status = "failed"    // The story was told, and the receiver was found wanting.
	Error     Status = "error"     // The story could not be told as it is written.
	Cancelled Status = "cancelled" // Somebody stopped it.
)

// Skipped is the status of a step that the run did not come to, that was cut
// off, or that had nothing left to judge after an earlier finding. Beside it a step is running, passed, failed or error.
const Skipped Status = "skipped"

// Result is a run as it stands.
type Result struct {
	ID       string `json:"id"`
	Scenario string `json:"scenario" doc:"Its name."`
	File     string `json:"file,omitempty" doc:"Where it was read."`
	Status   Status `json:"status" enum:"running,passed,failed,error,cancelled"`
	// Detail is what ended it, when that was not the story's end.
	Detail string `json:"detail,omitempty" doc:"What kept the story from being told."`
	// Unreachable is whether the receiver was never there: nothing that was
	// sent to it found a connection.
	Unreachable bool           `json:"unreachable,omitempty" doc:"The receiver was never there."`
	Seed        uint64         `json:"seed" doc:"The same seed and the same start of the clock send the same bytes."`
	ClockStart  time.Time      `json:"clockStart" doc:"What the mock's clock showed when it began."`
	Vars        map[string]any `json:"vars" doc:"The variables as they were."`
	Command     string         `json:"command" doc:"What repeats it on the command line."`
	Steps       []StepResult   `json:"steps" doc:"Those that have begun, or all of them when the run is over. The steps of a parallel or an include come after it."`
}

// StepResult is one step of a run as it stands.
type StepResult struct {
	Path   string `json:"path" doc:"Its number, counted from 1; 4.2 is the second step within step 4."`
	Name   string `json:"name"`
	Verb   string `json:"verb"`
	Status Status `json:"status" enum:"running,passed,failed,error,skipped"`
	Detail string `json:"detail" doc:"What came of it; when it failed what was, and what was wanted."`
	// Finding and Otherwise are for the receiver's owner.
	Finding    string   `json:"finding,omitempty" doc:"What the receiver did wrong."`
	Otherwise  string   `json:"otherwise,omitempty" doc:"What to mend."`
	Deliveries []string `json:"deliveries" doc:"The IDs of the deliveries that it is about."`
	File       string   `json:"file,omitempty"`
	Line       int      `json:"line"`
	Column     int      `json:"column"`
}

// Asserts is whether the step is an expectation or a judgement.
func (s StepResult) Asserts() bool { return s.Verb == "expect" || s.Verb == "judge" }

// rest is the detail, as far as the finding does not say it already.
func (s StepResult) rest() string {
	if s.Finding != "" && strings.HasSuffix(s.Finding, s.Detail) {
		return ""
	}
	return s.Detail
}

// Findings lists the steps in which the receiver was found wanting.
func (r Result) Findings() []StepResult {
	return slices.DeleteFunc(slices.Clone(r.Steps), func(s StepResult) bool { return s.Finding == "" })
}
