package quarantine

import (
	"context"
	"slices"
	"time"
)

// Watch is what is on record of the looks at an open incident: whether what it holds still
// stands as it was put there.
type Watch struct {
	LookedAt time.Time `json:"lookedAt,omitzero"` // when the last look began
	// Unseen says what the last look could not see, and why; "" if it saw everything.
	Unseen string `json:"unseen,omitempty"`
	// PausedUntil is until when nothing is put right, by a person's word; PausedBy and
	// PauseReason are whose, and why.
	PausedUntil time.Time `json:"pausedUntil,omitzero"`
	PausedBy    string    `json:"pausedBy,omitempty"`
	PauseReason string    `json:"pauseReason,omitempty"`
	// Drifts are the things that do not stand as they were put, or did not, one each.
	Drifts []Drift `json:"drifts"`
}

// Paused tells whether a person wants nothing put right at that time.
func (w Watch) Paused(at time.Time) bool { return at.Before(w.PausedUntil) }

// DriftKind says in which way a thing does not stand as it should.
type DriftKind string

// The kinds of drift.
const (
	// DriftReopened is a thing that was read back as closed and is not any more.
	DriftReopened DriftKind = "reopened"
	// DriftUnverified is a thing of which no read-back is on record.
	DriftUnverified DriftKind = "unverified"
	// DriftNew is a thing that came later: a measure that the incident holds does not hold it.
	DriftNew DriftKind = "new"
	// DriftUncovered is a network interface in a subnet that the incident does not hold. To cut
	// that is a person's decision: others live there.
	DriftUncovered DriftKind = "uncovered"
	// DriftOtherwise is a thing that another hand has closed as tightly. It is left.
	DriftOtherwise DriftKind = "closed-otherwise"
)

// Drift is one thing of an incident in one episode: from the first look that did not find it as
// it was put, until it has stayed so for some time.
type Drift struct {
	Measure   string    `json:"measure"`
	AccountID string    `json:"accountId"`
	Region    string    `json:"region"`
	VPCID     string    `json:"vpcId,omitempty"`
	Thing     string    `json:"thing"`
	Kind      DriftKind `json:"kind"`
	// What says how it stood at LastAt; By who did that, as far as CloudTrail has told, or "".
	What string `json:"what"`
	By   string `json:"by,omitempty"`
	// Since is the first look of the episode that showed it, LastAt the last one.
	Since  time.Time `json:"since"`
	LastAt time.Time `json:"lastAt"`
	// Times is how often it was put right in this episode, ClosedAt when that was read back
	// last, zero while it is open; before NextAt it is not put right again.
	Times    int       `json:"times"`
	ClosedAt time.Time `json:"closedAt,omitzero"`
	NextAt   time.Time `json:"nextAt,omitzero"`
	// Failed says why it could not be put right at the last attempt, or is "".
	Failed string `json:"failed,omitempty"`
	// Told are the news of the episode that people were told.
	Told []DriftNews `json:"told,omitempty"`
	// LeftAt is when a person decided to leave it as it is, zero if nobody did.
	LeftAt     time.Time `json:"leftAt,omitzero"`
	LeftBy     string    `json:"leftBy,omitempty"`
	LeftReason string    `json:"leftReason,omitempty"`
}

// DriftNews is what there is to tell of a drift, each once an episode.
type DriftNews string

// The news of a drift.
const (
	NewsFirst     DriftNews = "first"     // it was found, and put right if it could be
	NewsFailed    DriftNews = "failed"    // it could not be put right
	NewsRecovered DriftNews = "recovered" // it was put right after that
	NewsOften     DriftNews = "often"     // it is opened again and again
)

// often is how many times a thing is put right before a person is asked to look.
const often = 3

// News is what there is to tell of the drift now, or "" if that was told, or a person has
// decided to leave it.
func (d Drift) News() DriftNews {
	told := func(n DriftNews) bool { return slices.Contains(d.Told, n) }
	switch {
	case d.Left():
		return ""
	case d.Failed != "" && !told(NewsFailed):
		return NewsFailed
	case d.Failed == "" && !d.Open() && told(NewsFailed) && !told(NewsRecovered):
		return NewsRecovered
	case d.Times >= often && !told(NewsOften):
		return NewsOften
	case len(d.Told) == 0:
		return NewsFirst
	}
	return ""
}

// Hold is the hold that the drift is about, by name alone.
func (d Drift) Hold() Hold {
	return Hold{Measure: d.Measure, AccountID: d.AccountID, Region: d.Region, VPCID: d.VPCID, Thing: d.Thing}
}

// Open tells whether the thing stands other than it should, as the last look showed.
func (d Drift) Open() bool { return d.ClosedAt.IsZero() && d.Kind != DriftOtherwise }

// Left tells whether a person has decided to leave it as it is.
func (d Drift) Left() bool { return !d.LeftAt.IsZero() }

// DriftOf is what is on record of a thing's drift.
func (w Watch) DriftOf(h Hold) (Drift, bool) {
	i := slices.IndexFunc(w.Drifts, func(d Drift) bool { return d.Hold().Same(h) })
	if i < 0 {
		return Drift{}, false
	}
	return w.Drifts[i], true
}

// Now is how the last look found a thing that is held, or nil if it found it as it was put or
// the thing was read back since: the newest reading counts.
func (w Watch) Now(h Hold) *Drift {
	d, known := w.DriftOf(h)
	if !known || !d.ClosedAt.IsZero() || h.VerifiedAt.After(d.LastAt) {
		return nil
	}
	return &d
}

// Seen are the incident's holds, each with how the last look found it.
func (i Incident) Seen() []Hold {
	out := slices.Clone(i.Holds)
	for n, h := range out {
		out[n].Drift = i.Watch.Now(h)
	}
	return out
}

// Unheld are the things that the last look found and the incident does not hold, by name alone.
func (i Incident) Unheld() []Hold {
	var out []Hold
	for _, d := range i.Watch.Drifts {
		isHeld := func(h Hold) bool { return h.HeldFor(i.ID) && h.Same(d.Hold()) }
		if d.Open() && (d.Kind == DriftNew || d.Kind == DriftUncovered) && !slices.ContainsFunc(i.Holds, isHeld) {
			h := d.Hold()
			h.Drift = &d
			out = append(out, h)
		}
	}
	return out
}

// Drifted are the things that stood other than they were put at the last look and were not read
// back since, those that the incident does not hold among them.
func (i Incident) Drifted() []Drift {
	var out []Drift
	for _, h := range slices.Concat(i.Held(), i.Unheld()) {
		if h.Drift != nil {
			out = append(out, *h.Drift)
		}
	}
	return out
}

// Same tells whether two holds are of one thing by one measure.
func (h Hold) Same(other Hold) bool {
	return h.Measure == other.Measure && h.AccountID == other.AccountID && h.Region == other.Region && h.Thing == other.Thing
}

// Watches is the part of the ledger that the watch reads and writes. Every method can fail
// with AccessDenied, Throttled or Unavailable, and is safe to repeat.
type Watches interface {
	Incidents
	// Watched are the ids of the incidents that are contained, sorted; among them those that an
	// attempt to cut anew has failed for, or waits for a person: what they hold has to stand.
	Watched(ctx context.Context) ([]string, error)
	// ClaimLook puts on record that a look at the incident begins at that time, unless one has
	// begun after notAfter: then it is not claimed. Of several at once one claims it.
	ClaimLook(ctx context.Context, incident string, at, notAfter time.Time) (bool, error)
	// Looked puts on record what the look could not see, "" if it saw everything.
	Looked(ctx context.Context, incident, unseen string) error
	// Drifted puts on record how a thing stands. What a person has decided about it stays.
	Drifted(ctx context.Context, incident string, d Drift) error
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
}

// Pauses is the part of the ledger that people's words about the watch write.
type Pauses interface {
	Incidents
	// Pause puts on record that nothing of the incident is put right until then; a time that is
	// over ends that.
	Pause(ctx context.Context, incident string, until time.Time, by, reason string) error
	// Leave puts on record that a thing is to be left as it is, or with left false that it is not
	// any more. Errors: BadRequest if no look has found it otherwise than it was put.
	LeaveDrift(ctx context.Context, incident string, d Drift, left bool) error
	// Append writes an event into an incident's time series.
	Append(ctx context.Context, incident string, e Event) error
}
