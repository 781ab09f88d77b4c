package journal

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// batch bounds how many records a watcher takes at a time, so that a reader
// who is far behind holds the lock for no longer than others can bear.
const batch = 256

// Watch yields the entries after seq, and those to come, until ctx ends. The
// reader pulls: a slow one delays nobody and misses nothing that is still
// kept. Where something is not, an entry of [KindGap] says so first. A seq from
// the future counts as a gap too: it was counted by a journal before this one.
func (j *Journal) Watch(ctx context.Context, after int64) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		after := after // each range begins anew
		for ctx.Err() == nil {
			changed := j.Changed()
			entries, gap := j.Read(after, batch)
			if gap != nil && !yield(*gap) {
				return
			}
			for _, e := range entries {
				if ctx.Err() != nil || !yield(e) {
					return
				}
				after = e.Seq
			}
			if len(entries) > 0 {
				continue
			}
			if gap != nil {
				after = gap.Seq
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// Read returns up to limit entries after seq, oldest first, and an entry of
// [KindGap] when some that were asked for are no longer kept.
func (j *Journal) Read(after int64, limit int) (entries []Entry, gap *Entry) {
	after, limit = max(after, 0), max(limit, 0)
	j.mu.Lock()
	oldest := j.next
	if len(j.records) > 0 {
		oldest = j.records[0].seq
	}
	if after < oldest-1 || after >= j.next {
		after = oldest - 1
		data, _ := json.Marshal(map[string]int64{"oldest": oldest})
		gap = &Entry{Seq: after, At: j.now(), Kind: KindGap, Data: data}
	}
	from := j.records[after-oldest+1:]
	records := slices.Clone(from[:min(limit, len(from))])
	j.mu.Unlock()

	entries = make([]Entry, len(records))
	for i, r := range records {
		entries[i], _ = r.entry(true)
	}
	return entries, gap
}
