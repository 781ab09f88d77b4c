package mockserver

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

func (s *Server) controlDeliveries(api huma.API) {
	const path = "/_mock/v1/deliveries"
	huma.Get(api, path, s.listDeliveries, summary("List deliveries"))
	huma.Get(api, path+"/{id}", s.getDelivery, summary("Show a delivery with its attempts"))
	huma.Get(api, path+"/{id}/wait", s.waitDelivery, summary("Wait until a delivery is as far as you want it"))
	huma.Post(api, path+"/{id}/redeliver", s.postRedeliver, answering(http.StatusAccepted, "Deliver the same bytes once more, or with faults of its own"))
	huma.Post(api, path+"/{id}/duplicate", s.postDuplicate, answering(http.StatusAccepted, "Send a copy of a delivery, as if the vendor had sent it twice"))
	huma.Post(api, path+"/{id}/attempt", s.postAttempt, answering(http.StatusAccepted, "Make the next attempt now"))
	huma.Post(api, path+"/{id}/cancel", s.postCancel, summary("Call a delivery off"))
}

type deliveryInput struct {
	ID     string `path:"id"`
	Reveal bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
}

type deliveriesInput struct {
	Provider string `query:"provider"`
	Account  string `query:"account"`
	Webhook  string `query:"webhook"`
	Session  string `query:"session"`
	Event    string `query:"event"`
	Status   string `query:"status" enum:"pending,delivered,exhausted,cancelled"`
	Run      string `query:"run"`
	Text     string `query:"q" doc:"Looked for, without regard to case, in the delivery, in what it tells, also in what a JWS says, and in what was answered."`
	Order    string `query:"order" enum:"asc,desc" doc:"Oldest first, the default, or newest first."`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor   string `query:"cursor" pattern:"^dlv_[0-9a-z]+[.]-?[0-9a-z]+$" patternDescription:"the nextCursor of an answer" doc:"The nextCursor of the answer before."`
	Reveal   bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
}

type deliveriesOutput struct {
	Body struct {
		Deliveries []delivery.Record `json:"deliveries"`
		NextCursor string            `json:"nextCursor" doc:"Empty when these are all."`
	}
}

func (s *Server) listDeliveries(_ context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	list, cursor := s.Deliveries(delivery.Filter{
		Provider: in.Provider, Account: in.Account, Webhook: in.Webhook, Session: in.Session, Event: in.Event,
		Run: in.Run, Status: delivery.Status(in.Status), Text: in.Text,
		Newest: in.Order == "desc", Limit: in.Limit, After: in.Cursor,
	})
	for _, r := range list {
		for i := range r.Attempts { // a list has the outcome of attempts alone
			r.Attempts[i].Request, r.Attempts[i].Response = nil, nil
		}
	}
	out := &deliveriesOutput{}
	out.Body.Deliveries, out.Body.NextCursor = list, cursor
	return out, nil
}

type recordOutput struct{ Body delivery.Record }

// shown is a record as a reader may see it.
func shown(r delivery.Record, reveal bool) delivery.Record {
	if !reveal {
		for i, a := range r.Attempts {
			r.Attempts[i] = a.Masked().(delivery.Attempt)
		}
	}
	return r
}

func (s *Server) getDelivery(_ context.Context, in *deliveryInput) (*recordOutput, error) {
	r, err := s.Delivery(in.ID)
	if err != nil {
		return nil, err
	}
	return &recordOutput{shown(r, in.Reveal)}, nil
}

type waitInput struct {
	ID       string `path:"id"`
	Reveal   bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	Status   string `query:"status" enum:"pending,delivered,exhausted,cancelled,any" doc:"Wait for this status, or for any final one. The default, without attempts, is any."`
	Attempts int    `query:"attempts" minimum:"0" doc:"Wait for at least so many attempts."`
	Timeout  string `query:"timeout" default:"10s" doc:"How long to wait, in real time, up to 10m."`

	timeout time.Duration // what Timeout says
}

// maxWait bounds a long poll.
const maxWait = 10 * time.Minute

// Resolve adds what the struct tags cannot say.
func (in *waitInput) Resolve(huma.Context) []error {
	var err error
	if in.timeout, err = time.ParseDuration(in.Timeout); err != nil || in.timeout < 0 || in.timeout > maxWait {
		return []error{&huma.ErrorDetail{Location: "query.timeout", Message: "want a duration from 0s to 10m, such as 30s", Value: in.Timeout}}
	}
	if in.Status == "" && in.Attempts == 0 {
		in.Status = "any"
	}
	return nil
}

func (in *waitInput) done(r delivery.Record) bool {
	switch {
	case len(r.Attempts) < in.Attempts:
		return false
	case in.Status == "any":
		return r.Status.Final()
	default:
		return in.Status == "" || in.Status == string(r.Status)
	}
}

// vain is whether a delivery can no longer become what is waited for.
func (in *waitInput) vain(r delivery.Record) bool {
	return r.Status.Final() && in.Status != "" && in.Status != "any" && in.Status != string(r.Status)
}

// wanted words what a wait is for.
func (in *waitInput) wanted() string {
	status := "status " + in.Status
	if in.Status == "any" {
		status = "any final status"
	}
	attempts := "at least " + delivery.Counted(in.Attempts)
	switch {
	case in.Attempts == 0:
		return status
	case in.Status == "":
		return attempts
	default:
		return status + " and " + attempts
	}
}

// impatience is the problem of a wait that was in vain, with the delivery as
// it stands.
type impatience struct {
	document
	Delivery delivery.Record `json:"delivery"`
}

func (i *impatience) Error() string             { return i.Detail }
func (i *impatience) GetStatus() int            { return i.Status }
func (i *impatience) ContentType(string) string { return "application/problem+json" }

func (s *Server) waitDelivery(ctx context.Context, in *waitInput) (*recordOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, in.timeout)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)() // the mock's end is the wait's
	r, err := s.Wait(ctx, in.ID, func(r delivery.Record) bool { return in.done(r) || in.vain(r) })
	r = shown(r, in.Reveal)
	if err == nil && in.vain(r) {
		p := problem.New(problem.Conflict, "the delivery is %s after %s, for good; waiting for %s", r.Status, delivery.Counted(len(r.Attempts)), in.wanted())
		return nil, &impatience{documentOf(p), r}
	}
	var p *problem.Error
	if errors.As(err, &p) && p.Code == problem.Timeout {
		p = problem.New(p.Code, "%s; waiting for %s", p.Detail, in.wanted())
		return nil, &impatience{documentOf(p), r}
	}
	if err != nil {
		return nil, err
	}
	return &recordOutput{r}, nil
}

type redeliverInput struct {
	ID     string `path:"id"`
	Reveal bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	Body   *struct {
		Faults []fault.Fault `json:"faults,omitempty" nullable:"false" doc:"What is to go wrong with this redelivery, instead of what went wrong the first time: names, or {name, params, on, probability}. The same bytes when absent or empty, also where faults had made them, and nothing goes wrong on the wire. GET /_mock/v1/faults lists them."`
	} `required:"false"`
}

func (s *Server) postRedeliver(_ context.Context, in *redeliverInput) (*recordOutput, error) {
	var faults []fault.Fault
	if in.Body != nil {
		faults = in.Body.Faults
	}
	return begun(s.Redeliver(in.ID, faults...))
}

func (s *Server) postDuplicate(_ context.Context, in *deliveryInput) (*recordOutput, error) {
	return begun(s.Duplicate(in.ID))
}

// begun is a delivery that was just begun.
func begun(d delivery.Delivery, err error) (*recordOutput, error) {
	if err != nil {
		return nil, err
	}
	return &recordOutput{delivery.Record{Delivery: d, Attempts: []delivery.Attempt{}}}, nil
}

func (s *Server) postAttempt(ctx context.Context, in *deliveryInput) (*recordOutput, error) {
	if err := s.AttemptNow(in.ID); err != nil {
		return nil, err
	}
	return s.getDelivery(ctx, in)
}

func (s *Server) postCancel(ctx context.Context, in *deliveryInput) (*recordOutput, error) {
	if err := s.Cancel(in.ID); err != nil {
		return nil, err
	}
	return s.getDelivery(ctx, in)
}
