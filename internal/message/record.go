package message

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// readWithin is how long a message waits for what is on record of its incident.
const readWithin = 5 * time.Second

// maxWhy bounds what is said of a failed read, in characters: the log has the rest.
const maxWhy = 140

// Record is what the ledger says of the news' incident, and where that ledger is.
type Record struct {
	// At is where commands about it are typed.
	At command.Place
	// Incident is nil where it was not read.
	Incident *quarantine.Incident
	// Unread says why it was not. It is nil where the news names no incident.
	Unread error
	// Drill is the record by which it is a drill; nil where none was read.
	Drill *quarantine.Drill
}

// Ledger is what a message reads.
type Ledger interface {
	quarantine.Incidents
	quarantine.Drills
}

// Read reads the incident of a message, and beside it whether its resource is a drill's, and gives up
// after 5 seconds: the message goes out all the same, and says that it lacks what is on record.
func Read(ctx context.Context, clock quarantine.Clock, ledger Ledger, n quarantine.News) Record {
	if n.Incident == "" {
		return ReadDrill(ctx, ledger, n)
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	var in quarantine.Incident
	var err error
	var drill *quarantine.Drill
	about := targetOf(n, Record{})
	incident := func() { in, err = ledger.Incident(ctx, n.Incident) }
	if findable(about) {
		clock.RunSideBySide(incident, func() { drill = readDrill(ctx, ledger, about) })
	} else if incident(); err == nil {
		drill = readDrill(ctx, ledger, targetOf(n, Record{Incident: &in}))
	}
	r := Record{Incident: &in}
	if err != nil {
		r = Record{Unread: err}
	}
	if drill != nil && drill.Covers(in.OpenedAt) {
		r.Drill = drill
	}
	return r
}

// ReadDrill reads whether the resource of news is a drill's, and nothing else: of news about which
// no incident is on record yet.
func ReadDrill(ctx context.Context, ledger quarantine.Drills, n quarantine.News) Record {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	return Record{Drill: readDrill(ctx, ledger, targetOf(n, Record{}))}
}

// findable tells whether it is enough to find a record by.
func findable(r quarantine.Resource) bool { return r.ID != "" && r.AccountID != "" && r.Region != "" }

// readDrill is nil without an answer: what is not known to be a drill is none.
func readDrill(ctx context.Context, ledger quarantine.Drills, about quarantine.Resource) *quarantine.Drill {
	if !findable(about) {
		return nil
	}
	d, err := ledger.Drill(ctx, about)
	if err != nil {
		return nil
	}
	return d
}

// unknown tells that the ledger was read, and has no such incident: the id is wrong, or of another ledger.
func (r Record) unknown() bool {
	return r.Unread != nil && quarantine.NameOf(r.Unread) == quarantine.BadRequest
}

// unread is the sentence with which a message admits that it lacks what is on record.
func (r Record) unread() part {
	switch {
	case r.Unread == nil:
		return part{}
	case r.unknown():
		return part{title: "What is missing", rank: unread, lines: []line{say("The ledger was read, and knows no such incident: this message says only what the execution knew.")}}
	}
	return part{title: "What is missing", rank: unread, lines: []line{say("The ledger could not be read (%s): this message says only what the execution knew.",
		Clean(quarantine.NameOf(r.Unread)+": "+r.Unread.Error(), maxWhy))}}
}
