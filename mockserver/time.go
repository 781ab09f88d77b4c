package mockserver

import (
	"context"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
)

// Advance moves the clock by d, 0 or more, and returns, in order, the attempts that were
// made on the way; what was due already is made first and not among them.
// Everything that fell due has finished by then. See [clock.Turn.To] for what
// ctx bounds.
func (s *Server) Advance(ctx context.Context, d time.Duration) ([]delivery.Attempt, error) {
	if d < 0 {
		return nil, problem.New(problem.Invalid, "the clock advances by 0s or more, not by %s; SetNow sets it back", d)
	}
	return s.advance(ctx, 0, func(t *clock.Turn) error { return s.toAt(ctx, t, s.Clock.Now().Add(d), "by") })
}

// AdvanceToNext moves the clock to the next thing that is due, if there is one.
func (s *Server) AdvanceToNext(ctx context.Context) ([]delivery.Attempt, error) {
	return s.advance(ctx, 0, func(t *clock.Turn) error { return s.toNext(ctx, t) })
}

// AdvanceToIdle moves the clock until no delivery has an attempt to come.
func (s *Server) AdvanceToIdle(ctx context.Context) ([]delivery.Attempt, error) {
	return s.advance(ctx, 0, func(t *clock.Turn) error { return s.toIdle(ctx, t) })
}

// SetNow sets the clock. Forward is an advance; back is refused while a
// delivery is pending, whose next attempt would be far off. It reaches 146 years
// from where it was started, to both sides.
func (s *Server) SetNow(ctx context.Context, at time.Time) error {
	_, err := s.advance(ctx, turnPatience, func(t *clock.Turn) error {
		if !at.Before(s.Clock.Now()) {
			return s.toAt(ctx, t, at, "now")
		}
		if earliest := s.Clock.Earliest(); at.Before(earliest) {
			return outOfReach(at, "now", "no earlier than", earliest)
		}
		if n := s.engine.Pending(); n > 0 {
			return problem.New(problem.Conflict, "the clock cannot go back while deliveries are pending: %d of them", n)
		}
		t.Back(at)
		return nil
	})
	return err
}

// advance moves the clock by move when its turn comes, for which it waits
// patience of real time, or as long as ctx allows when that is 0.
func (s *Server) advance(ctx context.Context, patience time.Duration, move func(*clock.Turn) error) ([]delivery.Attempt, error) {
	waiting, cancel := ctx, context.CancelFunc(func() {})
	if patience > 0 {
		waiting, cancel = context.WithTimeout(ctx, patience)
	}
	turn, err := s.Clock.Turn(waiting)
	cancel()
	if err != nil && ctx.Err() == nil {
		return nil, errTurn
	}
	if err != nil {
		return nil, err
	}
	defer turn.End()
	// What was due before is no part of the journey, whether or not it has been
	// attempted yet: the answer must not depend on who was quicker.
	if err := turn.To(ctx, s.Clock.Now()); err != nil {
		return nil, err
	}
	stop := s.engine.Observe()
	err = move(turn)
	return stop(), err
}

// toAt moves the clock to at. When it cannot go so far the problem is located at
// member.
func (s *Server) toAt(ctx context.Context, t *clock.Turn, at time.Time, member string) error {
	if furthest := s.Clock.Furthest(); at.After(furthest) {
		return outOfReach(at, member, "no later than", furthest)
	}
	return t.To(ctx, at)
}

func outOfReach(at time.Time, member, want string, bound time.Time) error {
	return problem.New(problem.Invalid, "the clock cannot go so far").With(problem.Field{
		Location: member, Message: "want " + want + " " + bound.Format(time.RFC3339), Value: at.Format(time.RFC3339),
	})
}

func (s *Server) toNext(ctx context.Context, t *clock.Turn) error {
	next, ok := s.Clock.Next()
	if !ok {
		return nil
	}
	return t.To(ctx, next)
}

func (s *Server) toIdle(ctx context.Context, t *clock.Turn) error {
	for {
		for s.engine.Planned() > 0 {
			next, ok := s.Clock.Next()
			if !ok {
				return nil
			}
			if err := t.To(ctx, next); err != nil {
				return err
			}
		}
		// Attempts that the next ones did not wait for end now, and may let go
		// what was held back until then.
		if err := t.To(ctx, s.Clock.Now()); err != nil || s.engine.Planned() == 0 {
			return err
		}
	}
}
