package mockserver

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
)

func (s *Server) controlClock(api huma.API) {
	const path = "/_mock/v1/clock"
	huma.Get(api, path, s.getClock, summary("Show the clock"))
	huma.Put(api, path, s.putClock, summary("Set the clock's rate or time"))
	huma.Post(api, path+"/advance", s.postAdvance, summary("Advance the clock and wait for all that falls due"))
}

type clockBody struct {
	Now     time.Time  `json:"now"`
	Rate    float64    `json:"rate" doc:"Mock seconds in a real one: 1 keeps real time, 0 stands still."`
	Next    *time.Time `json:"next" doc:"When the next thing is due, null when nothing is to come."`
	Pending int        `json:"pending" doc:"How many deliveries are not final."`
}

type clockOutput struct{ Body clockBody }

func (s *Server) getClock(context.Context, *struct{}) (*clockOutput, error) {
	body := clockBody{Now: s.Clock.Now(), Rate: s.Clock.Rate(), Pending: s.engine.Pending()}
	if next, ok := s.Clock.Next(); ok {
		body.Next = &next
	}
	return &clockOutput{body}, nil
}

type putClockInput struct {
	Body struct {
		Rate *float64   `json:"rate,omitempty" minimum:"0" maximum:"1000000" doc:"Mock seconds in a real one."`
		Now  *time.Time `json:"now,omitempty" doc:"Forward is an advance. Back is refused while a delivery is pending."`
	}
}

func (s *Server) putClock(ctx context.Context, in *putClockInput) (*clockOutput, error) {
	if in.Body.Now != nil {
		if err := s.SetNow(ctx, *in.Body.Now); err != nil {
			return nil, err
		}
	}
	if in.Body.Rate != nil {
		s.Clock.SetRate(*in.Body.Rate)
	}
	return s.getClock(ctx, nil)
}

type advanceInput struct {
	Body struct {
		By *string `json:"by,omitempty" doc:"How far: a duration such as 5m, 1.5s or 2h." example:"5m"`
		To *string `json:"to,omitempty" doc:"Until when: an RFC 3339 time, \"next\" for the next thing due, or \"idle\" until no delivery has an attempt to come."`
	}
}

// Resolve adds what the struct tags cannot say.
func (in *advanceInput) Resolve(huma.Context) []error {
	if (in.Body.By == nil) == (in.Body.To == nil) {
		return []error{&huma.ErrorDetail{Location: "body", Message: `want one of by and to, such as {"by": "5m"} or {"to": "next"}`}}
	}
	if by := in.Body.By; by != nil {
		if d, err := time.ParseDuration(*by); err != nil || d < 0 {
			return []error{&huma.ErrorDetail{Location: "body.by", Message: "want a duration such as 5m, 1.5s or 2h", Value: *by}}
		}
	}
	if to := in.Body.To; to != nil && *to != "next" && *to != "idle" {
		if _, err := time.Parse(time.RFC3339, *to); err != nil {
			return []error{&huma.ErrorDetail{Location: "body.to", Message: `want an RFC 3339 time, "next" or "idle"`, Value: *to}}
		}
	}
	return nil
}

type attemptMade struct {
	Delivery  string             `json:"delivery"`
	N         int                `json:"n"`
	At        time.Time          `json:"at"`
	Status    int                `json:"status"`
	Error     string             `json:"error"`
	ErrorKind delivery.ErrorKind `json:"errorKind"`
}

type advanceOutput struct {
	Body struct {
		Now      time.Time     `json:"now"`
		Attempts []attemptMade `json:"attempts" doc:"What was attempted on the way, in order."`
		Held     []string      `json:"held" doc:"Deliveries that are held back and have no attempt planned."`
	}
}

// turnPatience is how long a request waits for its turn to move the clock.
const turnPatience = 2 * time.Second

func (s *Server) postAdvance(ctx context.Context, in *advanceInput) (*advanceOutput, error) {
	attempts, err := s.advance(ctx, turnPatience, func(t *clock.Turn) error {
		switch {
		case in.Body.By != nil:
			by, _ := time.ParseDuration(*in.Body.By) // parsed before
			return s.toAt(ctx, t, s.Clock.Now().Add(by), "by")
		case *in.Body.To == "next":
			return s.toNext(ctx, t)
		case *in.Body.To == "idle":
			return s.toIdle(ctx, t)
		default:
			at, _ := time.Parse(time.RFC3339, *in.Body.To) // parsed before
			if now := s.Clock.Now(); at.Before(now) {
				return problem.New(problem.Conflict, "the clock shows %s already; PUT /_mock/v1/clock can set it back", now.Format(time.RFC3339))
			}
			return s.toAt(ctx, t, at, "to")
		}
	})
	if err != nil {
		return nil, err
	}
	out := &advanceOutput{}
	out.Body.Now, out.Body.Attempts, out.Body.Held = s.Clock.Now(), []attemptMade{}, s.engine.Held()
	for _, a := range attempts {
		out.Body.Attempts = append(out.Body.Attempts, attemptMade{a.Delivery, a.N, a.At, a.Status, a.Error, a.ErrorKind})
	}
	return out, nil
}

// errTurn is told to who waits for a turn in vain.
var errTurn = problem.New(problem.Conflict, "somebody else is moving the clock, and has been for %s; "+
	"a receiver that waits for the clock inside its webhook handler waits for itself", turnPatience)
