package provider

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
)

// Session is one thing that a user of a vendor does: an onboarding, an
// identification, a message.
type Session struct {
	ID        string          `json:"id"`
	Provider  string          `json:"provider"`
	Account   string          `json:"account"`
	Event     string          `json:"event" doc:"The vendor's event that its completion is."`
	Status    string          `json:"status" doc:"Where it stands, in the vendor's words."`
	CreatedAt time.Time       `json:"createdAt"`
	Run       string          `json:"run,omitempty" doc:"The scenario run that caused it."`
	Waiting   bool            `json:"waiting" doc:"Whether it is still open what the person with the phone will do."`
	Data      json.RawMessage `json:"data" doc:"What the vendor knows of it."`
}

var (
	errTaken   = errors.New("there is a session of that id")
	errUnknown = problem.New(problem.NotFound, "there is no such session")
)

// KindSession is the kind of the journal's entries about sessions.
const KindSession = "session"

// Sessions keeps the sessions of all vendors. Beyond a number of them it
// forgets the oldest that wait for nobody and of which nothing more is to come.
type Sessions struct {
	table *journal.Table[Session]
	keep  int
	busy  func(id string) bool

	mu    sync.Mutex
	kinds []string // of the journal's entries about them
	old   []string // all of them, those first that are to be forgotten next
}

// NewSessions makes the sessions of a journal. Busy tells whether something is
// still to come of a session, which is then kept beyond the number.
func NewSessions(j *journal.Journal, keep int, busy func(id string) bool) (*Sessions, error) {
	table, err := journal.NewTable[Session](j, KindSession)
	if err != nil {
		return nil, err
	}
	s := &Sessions{table: table, keep: keep, busy: busy, kinds: []string{KindSession}}
	s.old = s.ids()
	return s, nil
}

// Own says that the journal's entries of this kind belong to sessions, and are
// to be forgotten when those are.
func (s *Sessions) Own(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds = append(s.kinds, kind)
}

// Kinds lists the kinds of the journal's entries about sessions.
func (s *Sessions) Kinds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kinds)
}

// Get returns the session of this id, and whether there is one.
func (s *Sessions) Get(id string) (Session, bool) { return s.table.Get(id) }

// Len is how many sessions are remembered.
func (s *Sessions) Len() int { return s.table.Len() }

// All yields the sessions, oldest first.
func (s *Sessions) All() iter.Seq2[string, Session] { return s.table.All() }

// Add puts a new session, unless there is one of that id.
func (s *Sessions) Add(session Session) (added bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.table.Update(session.ID, func(row *Session, found bool) error {
		if found {
			return errTaken
		}
		*row = session
		return nil
	})
	if err != nil {
		return false
	}
	s.old = append(s.old, session.ID)
	s.forget()
	return true
}

// Update changes a session by f, which must not call the journal.
func (s *Sessions) Update(id string, f func(*Session) error) (changed Session, err error) {
	return s.table.Update(id, func(row *Session, found bool) error {
		if !found {
			return errUnknown
		}
		return f(row)
	})
}

func (s *Sessions) ids() []string {
	var ids []string
	for id := range s.table.All() {
		ids = append(ids, id)
	}
	return ids
}

// lookAt bounds how many sessions are looked at when one is added, so that
// many that are busy slow nobody down. It is more than one: they become fewer
// in time.
const lookAt = 16

// forget drops the oldest sessions beyond what is kept. Those of which
// something is to come go to the end of the queue. It is called with mu held.
func (s *Sessions) forget() {
	if len(s.old) != s.table.Len() { // the journal forgot sessions
		s.old = s.ids()
	}
	for range min(len(s.old)-s.keep, lookAt) {
		oldest := s.old[0]
		s.old = s.old[1:]
		if session, _ := s.table.Get(oldest); session.Waiting || s.busy(oldest) {
			s.old = append(s.old, oldest)
			continue
		}
		s.table.Drop(oldest)
	}
}
