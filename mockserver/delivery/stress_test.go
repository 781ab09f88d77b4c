package delivery_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// Receivers that call back into the engine, and everything else that can be
// called, all at once. The race detector and the engine's own end are what is
// looked at.
func TestEverythingAtOnce(t *testing.T) {
	for _, rate := range []float64{0, 60_000} {
		t.Run(fmt.Sprintf("at rate %v", rate), func(t *testing.T) {
			r := newRig(t, atRate(rate), keeping(20), inFlight(8))
			r.clock.SetParallel(4)
			var ids sync.Map
			var busy sync.RWMutex
			var calm bool // nothing is begun any more, also by receivers that nobody waits for
			endpoint := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				busy.RLock()
				if !calm {
					r.disturb(n, &ids)
				}
				busy.RUnlock()
				if n%3 != 0 {
					w.WriteHeader(500)
				}
			})
			r.set(func(p *delivery.Policy) {
				p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
					r.engine.Tells(n.Session)
					return delivery.Signed{Body: n.Body}, nil
				}
			})
			var group sync.WaitGroup
			for worker := range 4 {
				group.Go(func() {
					for i := range 25 {
						d, err := r.engine.Send(notification(endpoint.URL, fmt.Sprint(worker, i)))
						if err != nil {
							t.Error(err)
							return
						}
						ids.Store(d.ID, true)
						r.disturb(i, &ids)
					}
				})
			}
			group.Go(func() {
				for range 30 {
					stop := r.engine.Observe()
					if err := r.clock.Advance(t.Context(), 5*time.Minute); err != nil {
						t.Error(err)
					}
					stop()
				}
			})
			group.Wait()
			busy.Lock()
			calm = true
			busy.Unlock()
			for rate == 0 && r.engine.Pending() > 0 {
				r.advance(time.Hour)
			}
			eventually(t, "all are final", func() bool { return r.engine.Pending() == 0 })
			list, _ := r.engine.List(delivery.Filter{})
			if len(list) != 20 {
				t.Errorf("%d are kept", len(list))
			}
			for _, got := range list {
				if !got.Status.Final() || got.NextAt != nil {
					t.Errorf("%+v", got.Delivery)
				}
			}
			if r.engine.Tells("ses_1") {
				t.Error("something still tells about the session")
			}
		})
	}
}

// disturb does something to some delivery; n says what.
func (r *rig) disturb(n int, ids *sync.Map) {
	ids.Range(func(key, _ any) bool {
		id := key.(string)
		switch n % 7 {
		case 0:
			_ = r.engine.AttemptNow(id)
		case 1:
			_, _ = r.engine.Record(id)
		case 2:
			if n%5 == 0 {
				_ = r.engine.Cancel(id)
			}
		case 3:
			if n%2 == 0 {
				_, _ = r.engine.Redeliver(id)
			}
		case 4:
			r.engine.List(delivery.Filter{Status: delivery.Pending, Text: "1", Limit: 3, Newest: n%2 == 0})
		case 5:
			r.engine.CancelAll("stress", func(n delivery.Notification) bool { return n.Body == "2 7" })
		case 6:
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, _ = r.engine.Wait(ctx, id, final)
		}
		return false
	})
}

// A record never tells of a finished delivery that its attempts do not explain,
// nor of a pending one that they have finished.
func TestARecordIsOfOnePiece(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t, atRate(1))
	var group sync.WaitGroup
	for range 50 {
		d := r.send(endpoint.URL, "{}")
		group.Go(func() {
			for {
				got := r.record(d.ID)
				if (got.Status == delivery.Delivered) != (len(got.Attempts) == 1) {
					t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
					return
				}
				if got.Status.Final() {
					return
				}
			}
		})
	}
	group.Wait()
}
