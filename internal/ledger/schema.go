package ledger

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Kind is a kind of item of the table: its keys, and who writes and reads it.
// The roles of the deployment are held to it, and docs/ledger.md shows it.
type Kind struct {
	Item      string // in a few words
	Partition string // what the partition key begins with
	Rest      string // the rest of the partition key
	Sort      string // the sort key
	// Writers and Readers are functions' names as the folders have them, "approval-page"
	// for the page of the same folder, or "statemachine"; People write with a command what no
	// role may. People's commands read, and uninstall closes incidents, with those people's own
	// credentials.
	Writers, Readers []string
	// Deleters may delete the item; TTL is DynamoDB, at expiresAt.
	Deleters []string
}

// TTL is the deleter of items that expire.
const TTL = "ttl"

// People are the writers of what a person's command writes with that person's credentials.
const People = "people"

// Expires tells whether DynamoDB deletes the item at expiresAt (epoch seconds).
func (k Kind) Expires() bool { return slices.Contains(k.Deleters, TTL) }

// Schema are all kinds of items, with those of the measures that functions of groups take.
func Schema(grouped []measure.Info) []Kind {
	incidentReaders := []string{"release", "notify", "approval", "approval-page", "watch"} // who reads incidents whole
	var takers []string
	cutters, counters := []string{"isolate"}, []string{"isolate"} // who contains an incident, and who counts that
	for _, m := range grouped {
		f := m.Group.Function()
		if !slices.Contains(takers, f) {
			takers = append(takers, f)
		}
		if m.Cut && !slices.Contains(counters, f) {
			counters = append(counters, f)
		}
		if (m.Cut || len(m.Alone) > 0) && !slices.Contains(cutters, f) {
			cutters = append(cutters, f)
		}
	}
	incidentReaders = append(incidentReaders, takers...)
	return append([]Kind{
		{Item: "lock of a resource", Partition: prefixLock, Rest: "<kind>#<account>#<region>#<id>", Sort: sortLock,
			Writers: append([]string{"statemachine", "release"}, cutters...), Readers: append([]string{"isolate"}, incidentReaders...)},
		{Item: "which execution asks about a resource", Partition: prefixLock, Rest: "<kind>#<account>#<region>#<id>", Sort: sortQuestion,
			Writers: []string{"statemachine"}},
		{Item: "pointer to a lock that has a false alarm", Partition: prefixLock, Rest: "<kind>#<account>#<region>#<id>", Sort: prefixAlarm + "<finding type>",
			Writers: []string{"release"}, Deleters: []string{TTL}},
		{Item: "record that a resource is a drill's", Partition: prefixLock, Rest: "<kind>#<account>#<region>#<id>", Sort: sortDrill,
			Writers: []string{People}, Readers: []string{"notify", "approval"}, Deleters: []string{TTL}},
		{Item: "incident", Partition: prefixIncident, Rest: "<incident>", Sort: sortIncident,
			Writers: append([]string{"release"}, cutters...), Readers: incidentReaders},
		{Item: "finding that is observed, by the id that its incident would have", Partition: prefixIncident, Rest: "<incident>", Sort: sortObserved,
			Writers: []string{"statemachine"}, Readers: incidentReaders, Deleters: []string{TTL}},
		{Item: "event of an incident's timeline", Partition: prefixIncident, Rest: "<incident>", Sort: prefixEvent + "<kind>#<id>",
			Writers: append([]string{"statemachine", "isolate", "forensics", "release", "watch"}, takers...), Readers: incidentReaders},
		{Item: "looks at the incident, and whether a person has them wait", Partition: prefixIncident, Rest: "<incident>", Sort: sortWatch,
			Writers: []string{"watch"}, Readers: incidentReaders},
		{Item: "drift: a thing that does not stand as it was put, or did not", Partition: prefixIncident, Rest: "<incident>", Sort: prefixDrift + "<measure>#<account>#<region>#<thing>",
			Writers: []string{"watch"}, Readers: incidentReaders},
		{Item: "pointer to a thing that the incident holds or held, and what became of it", Partition: prefixIncident, Rest: "<incident>", Sort: prefixPointer + "<measure>#<account>#<region>#<thing>",
			Writers: append([]string{"isolate", "release"}, takers...), Readers: append([]string{"isolate"}, incidentReaders...)},
		{Item: "pointer to a question about the incident", Partition: prefixIncident, Rest: "<incident>", Sort: prefixQuestion + "<request>",
			Writers: []string{"approval"}, Readers: incidentReaders},
		{Item: "hold of a thing by a measure", Partition: prefixHold, Rest: "<measure>#<account>#<region>#<thing>", Sort: sortHold,
			Readers: incidentReaders},
		{Item: "hold of a subnet", Partition: prefixHold + quarantine.MeasureCut + "#", Rest: "<account>#<region>#<subnet>", Sort: sortHold,
			Writers: []string{"isolate", "release"}, Readers: []string{"isolate"}, Deleters: []string{"release"}},
		{Item: "what was made to cut off, each by its id", Partition: prefixHold + quarantine.MeasureCut + "#", Rest: "<account>#<region>#<id>", Sort: sortMade,
			Writers: []string{"isolate"}, Readers: []string{"isolate"}},
		{Item: "piece of evidence", Partition: evidenceOf, Rest: "<incident>", Sort: prefixEvidence + "<name>",
			Writers: []string{"forensics"}, Readers: incidentReaders},
		{Item: "question to a person", Partition: prefixRequest, Rest: "<request>", Sort: sortRequest,
			Writers: []string{"statemachine", "approval", "approval-page"}, Readers: incidentReaders},
		{Item: "task token of a question", Partition: prefixToken, Rest: "<request>", Sort: sortToken,
			Writers: []string{"approval"}, Readers: []string{"approval", "approval-page"}, Deleters: []string{"approval", "approval-page", TTL}},
		{Item: "isolations counted in an hour", Partition: prefixBrake, Rest: "<account>#<region>", Sort: prefixHour + "<2026-01-15T09>",
			Writers: counters, Readers: counters, Deleters: []string{TTL}},
		{Item: "verdict that cut nothing", Partition: prefixFinding, Rest: "<account>#<finding>", Sort: prefixVerdict + "<execution>",
			Writers: []string{"statemachine"}, Deleters: []string{TTL}},
	}, ofMeasures(grouped)...)
}

// withArticle is a noun with a or an before it: a user.
func withArticle(noun string) string {
	if strings.ContainsAny(noun[:1], "aeio") {
		return "an " + noun
	}
	return "a " + noun
}

// ofMeasures are the kinds of items that each of these measures has.
func ofMeasures(grouped []measure.Info) (out []Kind) {
	for _, m := range grouped {
		by := []string{m.Group.Function()}
		out = append(out, Kind{Item: "hold of " + withArticle(m.Thing), Partition: prefixHold + m.Name + "#", Rest: "<account>#<region>#<" + m.Thing + ">", Sort: sortHold,
			Writers: by, Deleters: []string{TTL}})
		if m.Makes != "" {
			out = append(out, Kind{Item: m.Makes + ", of a VPC", Partition: prefixHold + m.Name + "#", Rest: "<account>#<region>#<vpc>", Sort: sortMade,
				Writers: by})
		}
		if m.Counts != "" {
			out = append(out, Kind{Item: m.Counts + " in an hour, of an Auto Scaling group", Partition: prefixHold + m.Name + "#", Rest: "<account>#<region>#<group>", Sort: prefixHour + "<2026-01-15T09>",
				Writers: by, Deleters: []string{TTL}})
		}
	}
	return out
}
