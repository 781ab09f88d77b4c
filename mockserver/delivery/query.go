package delivery

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/problem"
)

// Record is a delivery with its attempts.
type Record struct {
	Delivery
	Attempts []Attempt `json:"attempts"`
	// Planned is left out of lists, and is empty for what is held back.
	Planned []time.Time `json:"planned,omitempty" nullable:"false" doc:"When the attempts still to come are due if every one of them fails, soonest first, by the settings that hold now; at most 1,000. Absent when none is to come, and in lists."`
}

// Filter chooses deliveries. A member that is empty chooses all.
type Filter struct {
	Provider, Account, Webhook, Session, Event, Run string
	Status                                          Status
	// Text is looked for, without regard to case, in the delivery, in what it
	// tells, also in what a JWS says, and in what was answered.
	Text string
	// Newest lists the newest first instead of the oldest.
	Newest bool
	// Limit bounds how many are returned, 0 for all.
	Limit int
	// After is the cursor that an earlier call returned.
	After string
}

// Record returns a delivery with its attempts, whole, and the plan of those that
// are still to come.
func (e *Engine) Record(id string) (Record, error) {
	r, w, err := e.record(id)
	if err == nil {
		r.Planned = e.planned(w)
	}
	return r, err
}

// record returns a delivery without its plan, and what the plan follows from.
func (e *Engine) record(id string) (Record, way, error) {
	e.mu.Lock() // so that the delivery and its attempts fit each other
	d, ok := e.deliveries.Get(id)
	n, _ := e.notifications.Get(d.Notification)
	var w way
	if j := e.journeys[id]; j != nil && j.behind == 0 {
		due := j.due
		d.NextAt = &due
		w = wayOf(j, n, e.config.Clock.Now())
	}
	attempts := e.attempts.Of(id)
	e.mu.Unlock()
	if !ok {
		return Record{}, way{}, unknown(id)
	}
	r := Record{Delivery: d, Attempts: []Attempt{}}
	for _, made := range attempts {
		a := *made
		if a.Request != nil && a.Request.Body == "" && a.Request.BodyBase64 == "" && !a.Request.Empty {
			request := *a.Request
			request.Body, request.BodyBase64 = readable(n.Body)
			a.Request = &request
		}
		r.Attempts = append(r.Attempts, a)
	}
	return r, w, nil
}

// List returns the deliveries that a filter chooses, and the cursor for those
// after them, which is empty when there are none.
func (e *Engine) List(f Filter) (list []Record, cursor string) {
	rows := e.deliveries.All()
	if f.Newest {
		rows = e.deliveries.Newest()
	}
	seen := e.seen(f)
	list = []Record{}
	for _, d := range rows {
		if seen(d) || !e.chosen(f, d) {
			continue
		}
		if f.Limit > 0 && len(list) == f.Limit {
			return list, cursorOf(list[len(list)-1].Delivery)
		}
		r, _, err := e.record(d.ID)
		if err != nil || f.Status != "" && r.Status != f.Status { // it changed meanwhile
			continue
		}
		list = append(list, r)
	}
	return list, ""
}

// cursorOf names a delivery and when it was created, because it may be
// forgotten by the time that somebody asks for what comes after it.
func cursorOf(d Delivery) string { return d.ID + "." + strconv.FormatInt(d.CreatedAt.UnixNano(), 36) }

// seen returns what tells, of the rows of a list in their order, whether they
// came before its cursor.
func (e *Engine) seen(f Filter) func(Delivery) bool {
	id, text, _ := strings.Cut(f.After, ".")
	nano, err := strconv.ParseInt(text, 36, 64)
	_, skipping := e.deliveries.Get(id)
	switch {
	case skipping:
		return func(d Delivery) bool {
			before := skipping
			skipping = skipping && d.ID != id
			return before
		}
	case err != nil: // no cursor
		return func(Delivery) bool { return false }
	case f.Newest:
		return func(d Delivery) bool { return d.CreatedAt.UnixNano() > nano }
	default:
		return func(d Delivery) bool { return d.CreatedAt.UnixNano() < nano }
	}
}

func (e *Engine) chosen(f Filter, d Delivery) bool {
	session := ""
	if d.Session != nil {
		session = *d.Session
	}
	run := ""
	if d.Run != nil {
		run = *d.Run
	}
	for _, pair := range [][2]string{
		{f.Provider, d.Provider}, {f.Account, d.Account}, {f.Webhook, d.Webhook}, {f.Event, d.Event},
		{f.Session, session}, {f.Run, run}, {string(f.Status), string(d.Status)},
	} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return f.Text == "" || e.mentions(d, session, f.Text)
}

// mentions is whether text stands in what is known of a delivery.
func (e *Engine) mentions(d Delivery, session, text string) bool {
	text = strings.ToLower(text)
	in := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(strings.ToLower(w), text) {
				return true
			}
		}
		return false
	}
	if in(d.ID, d.Provider, d.Account, d.Webhook, d.Event, session, d.URL, string(d.Status), d.CancelReason) {
		return true
	}
	if n, ok := e.notifications.Get(d.Notification); ok && (in(n.Body) || in(said(n.Body)...)) {
		return true
	}
	for _, a := range e.attempts.Of(d.ID) {
		if in(a.Error) || a.Response != nil && in(a.Response.Body) {
			return true
		}
	}
	return false
}

// Wait returns the delivery as soon as done is true of it. When ctx ends first
// the delivery is returned as it stands, with a problem.Timeout.
func (e *Engine) Wait(ctx context.Context, id string, done func(Record) bool) (Record, error) {
	for {
		changed := e.config.Journal.Changed()
		r, w, err := e.record(id)
		if err == nil && done(r) {
			r.Planned = e.planned(w)
			return r, nil
		}
		if err != nil {
			return r, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			r.Planned = e.planned(w)
			return r, problem.New(problem.Timeout, "delivery %s is %s after %s", id, r.Status, Counted(len(r.Attempts)))
		}
	}
}

// Pending is how many deliveries are not final.
func (e *Engine) Pending() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.journeys)
}

// Tells is whether a pending delivery tells about the session.
func (e *Engine) Tells(session string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sessions[session] > 0
}

// Observe collects the attempts that are made from now on, in order, until
// stop is called, which returns them.
func (e *Engine) Observe() (stop func() []Attempt) {
	list := &[]Attempt{}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.observers[list] = struct{}{}
	return func() []Attempt {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.observers, list)
		return *list
	}
}

// Counted is a number of attempts in words: "1 attempt", "2 attempts".
func Counted(attempts int) string {
	if attempts == 1 {
		return "1 attempt"
	}
	return strconv.Itoa(attempts) + " attempts"
}
