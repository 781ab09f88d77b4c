package uqudo

import (
	"encoding/json"
	"errors"
	"time"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// faceSessionLifetime is how long a session of the Face API waits for its user.
// Source: Uqudo's Face API page.
const faceSessionLifetime = 10 * time.Minute

// SessionCreated is what a face session is that was begun through the Face API
// and whose user has not been heard of. A trigger of a face session with its ID
// completes it.
const SessionCreated SessionStatus = "created"

// beginFaceSession makes a session that waits for its user.
func (u *Uqudo) beginFaceSession(a Account) (id string, err error) {
	now := u.env.Clock.Now()
	expires := now.Add(faceSessionLifetime)
	s := provider.Session{
		ID: u.env.NewUUID(), Provider: Name, Account: a.Name, Event: string(FlowFace),
		Status: string(SessionCreated), CreatedAt: now, Waiting: true,
	}
	if s.Data, err = json.Marshal(sessionDetails{ExpiresAt: &expires}); err != nil {
		return "", err
	}
	if !u.env.Sessions.Add(s) {
		return "", errors.New("two sessions drew one ID")
	}
	u.timers.Set(s.ID)
	return s.ID, nil
}

// due is what is to come of a session that waits: it is given up.
func (u *Uqudo) due(s provider.Session) []provider.Due {
	details, err := detailsOf(s)
	if err != nil || details.ExpiresAt == nil {
		u.env.Log.Warn("a session that waits cannot be read", "session", s.ID, "error", err)
		return nil
	}
	return []provider.Due{{At: *details.ExpiresAt, Do: func() { u.expire(s.ID) }}}
}

// expire ends a session whose user was not heard of in time. Nothing is told.
func (u *Uqudo) expire(id string) {
	_, _ = u.env.Sessions.Update(id, func(s *provider.Session) error {
		if !s.Waiting {
			return errWaitsNoLonger
		}
		s.Waiting, s.Status = false, string(SessionExpired)
		return nil
	})
	u.timers.Stop(id)
}

// Resume sets the timers of the sessions that wait. It makes Uqudo a
// [provider.Resumer].
func (u *Uqudo) Resume() { u.timers.Resume() }

// begunByAPI is whether a session is one that the Face API has begun.
func begunByAPI(s provider.Session) bool {
	details, err := detailsOf(s)
	return err == nil && s.Provider == Name && details.ExpiresAt != nil
}

var errWaitsNoLonger = errors.New("the session waits no longer")

func waitsNoLonger(s provider.Session) error {
	return problem.New(problem.Conflict, "the face session waits no longer: it is %s", s.Status)
}

// completeFaceSession has the user of a face session that waits do what the
// trigger says.
func (u *Uqudo) completeFaceSession(session provider.Session) error {
	_, err := u.env.Sessions.Update(session.ID, func(s *provider.Session) error {
		if !s.Waiting {
			return waitsNoLonger(*s)
		}
		session.CreatedAt = s.CreatedAt
		*s = session
		return nil
	})
	if err == nil {
		u.timers.Stop(session.ID)
	}
	return err
}
