package mockserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/journal"
)

func (s *Server) controlJournal(api huma.API) {
	huma.Get(api, "/_mock/v1/journal", s.getJournal, summary("List what happened"))
	huma.Get(api, "/_mock/v1/events", s.getEvents, summary("Watch what happens, as server-sent events"))
}

type journalOutput struct {
	Body struct {
		Entries []journal.Entry `json:"entries"`
		Gap     *journalGap     `json:"gap,omitempty" doc:"Some of what was asked for is no longer kept."`
		Last    int64           `json:"last" doc:"The newest entry that there is: to watch from now on, ask for what comes after it."`
	}
}

type journalGap struct {
	Oldest int64 `json:"oldest" doc:"The oldest entry that is kept."`
}

func (s *Server) getJournal(_ context.Context, in *struct {
	After int64 `query:"after" minimum:"0" doc:"Entries after this one."`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}) (*journalOutput, error) {
	entries, gap := s.journal.Read(in.After, in.Limit)
	out := &journalOutput{}
	out.Body.Entries, out.Body.Last = entries, s.journal.Last()
	if gap != nil {
		out.Body.Gap = &journalGap{gap.Seq + 1}
	}
	return out, nil
}

type eventsInput struct {
	After  int64 `query:"after" minimum:"0" doc:"Entries after this one; all that are kept by default."`
	LastID int64 `header:"Last-Event-ID" minimum:"0" doc:"The same, as a browser says it when it connects again; it goes before after."`
}

// heartbeat is how often, in real time, a quiet stream shows that it is alive.
const heartbeat = 15 * time.Second

// getEvents streams the journal until the client or the mock goes away.
func (s *Server) getEvents(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	after := in.After
	if in.LastID > 0 { // a browser that connects again asks for the same address
		after = in.LastID
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		_, w := humamux.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Accel-Buffering", "no") // or nginx holds events back
		w.WriteHeader(http.StatusOK)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(s.ctx, cancel)()
		s.stream(ctx, w, after)
	}}, nil
}

// stall is how long, in real time, a client may take to read what was sent to
// it before the stream is ended.
const stall = 30 * time.Second

func (s *Server) stream(ctx context.Context, w http.ResponseWriter, after int64) {
	out := http.NewResponseController(w)
	for out.Flush() == nil {
		_ = out.SetWriteDeadline(clock.Deadline(stall)) // a writer without deadlines does without
		changed := s.journal.Changed()
		entries, gap := s.journal.Read(after, 256)
		if gap != nil {
			after = gap.Seq
			fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", gap.Seq, gap.Kind, gap.Data)
		}
		for _, e := range entries {
			after = e.Seq
			if err := writeEvent(w, e); err != nil {
				return
			}
		}
		if len(entries) > 0 || gap != nil {
			continue
		}
		quiet, cancel := context.WithTimeout(ctx, heartbeat)
		select {
		case <-changed:
		case <-quiet.Done():
			if ctx.Err() == nil {
				_, _ = io.WriteString(w, ": still here\n\n")
			}
		}
		cancel()
		if ctx.Err() != nil {
			return
		}
	}
}

func writeEvent(w io.Writer, e journal.Entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data)
	return err
}
