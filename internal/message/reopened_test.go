package message

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const opener = "arn:aws:sts::111122223333:assumed-role/terraform/run-7 by ReplaceNetworkAclAssociation"

// drifted is news of one thing that did not stand as it was put. It was put right at once,
// unless it is changed.
func drifted(kind quarantine.DriftKind, measure, thing, what string, changes ...func(*quarantine.Drift)) quarantine.News {
	d := quarantine.Drift{Measure: measure, AccountID: account, Region: region, VPCID: "vpc-0ccc3333", Thing: thing, Kind: kind, What: what,
		Since: noon.Add(time.Hour), LastAt: noon.Add(time.Hour), Times: 1, ClosedAt: noon.Add(time.Hour + 20*time.Second)}
	for _, change := range changes {
		change(&d)
	}
	return quarantine.News{Kind: quarantine.KindReopened, Execution: execution(), Incident: incident, Measure: measure, Drifts: []quarantine.Drift{d}}
}

func reopened(changes ...func(*quarantine.Drift)) quarantine.News {
	return drifted(quarantine.DriftReopened, "network-acl", "subnet-0aaa1111", "is under acl-0original", changes...)
}

func stillOpen(d *quarantine.Drift) { d.Times, d.ClosedAt = 0, time.Time{} }

func notPutRight(d *quarantine.Drift) { stillOpen(d); d.Failed = "AccessDenied: not allowed" }

// asRecorded is the record with the news' drifts, as the ledger gives it.
func asRecorded(n quarantine.News) Record {
	r := measured()
	r.Incident.Watch = quarantine.Watch{LookedAt: noon.Add(time.Hour), Drifts: n.Drifts}
	r.Incident.Holds = r.Incident.Seen()
	return r
}

func TestWhatDidNotStandAsItWasPutIsToldByTheWorstOfIt(t *testing.T) {
	t.Parallel()
	by := func(d *quarantine.Drift) { d.By = opener }
	again := func(d *quarantine.Drift) {
		d.Since, d.Times, d.Told = noon, 3, []quarantine.DriftNews{quarantine.NewsFirst}
	}
	beside := reopened()
	mixed := reopened()
	mixed.Drifts = append(mixed.Drifts, reopened(notPutRight).Drifts...)
	for name, c := range map[string]struct {
		news        quarantine.News
		word        string
		says, lacks []string
	}{
		"closed again": {reopened(by), "REOPENED, CLOSED AGAIN: " + instanceID, []string{
			"REOPENED, AND CLOSED AGAIN. What held " + instanceID + " was opened; it is closed again, as read back.",
			"- network-acl, subnet subnet-0aaa1111: is under acl-0original First seen at 2026-11-02 13:00:07 UTC. Done by " + opener +
				". Put right at 2026-11-02 13:00:27 UTC, as read back.",
			"2. Ask the one who did it.", "quarantine pause " + incident + " --for 2h --reason 'SAY WHY'", "quarantine leave " + incident + " subnet-0aaa1111 --reason 'SAY WHY'",
			"subnet-0aaa1111: CUT OFF by acl-0quarantine",
		}, []string{"NOT CONTAINED", "OPEN.", "not known", "Beside that"}},
		"by one who is not known": {reopened(), "REOPENED, CLOSED AGAIN: ", []string{
			"Who did that is not known.", "2. Find who did it.", "aws cloudtrail lookup-events --region eu-central-1",
			"--start-time 2026-11-02T12:45:07Z --end-time 2026-11-02T13:00:07Z",
		}, []string{"Done by"}},
		"not closed": {reopened(notPutRight), "REOPENED, NOT CLOSED: ", []string{
			"REOPENED, AND NOT CLOSED AGAIN. " + instanceID + " IS NOT CONTAINED", "NOT put right: AccessDenied: not allowed",
			"2. If this is a false alarm: quarantine release " + incident + " --false-alarm",
			"1. Close it by hand now. quarantine show " + incident + " --by-hand", "3. Allow the action that the error names in the function's role.",
		}, []string{"Put right at", "aclassoc-0before", "subnet-0aaa1111: CUT OFF"}},
		"beside another":        {beside, "REOPENED, CLOSED AGAIN: ", []string{"Beside that, the last look found open: eni-1 (security-group)."}, nil},
		"one of two not closed": {mixed, "REOPENED, NOT CLOSED: ", []string{"NOT put right", "Put right at"}, nil},
		"to be closed": {reopened(stillOpen), "REOPENED: ", []string{"REOPENED. " + instanceID + " IS NOT CONTAINED", "OPEN. The next look puts it right."},
			[]string{"closed again, as read back"}},
		"to be closed later": {reopened(stillOpen, func(d *quarantine.Drift) { d.NextAt = noon.Add(2 * time.Hour) }), "REOPENED: ",
			[]string{"OPEN. It is put right at the first look after 2026-11-02 14:00:07 UTC."}, nil},
		"again and again": {reopened(again), "REOPENED AGAIN AND AGAIN: ", []string{"is opened as often as it is closed", "First seen at 2026-11-02 12:00:07 UTC. Who", "as read back; 3 times since it was first seen."}, nil},
		"not covered": {drifted(quarantine.DriftUncovered, "network-acl", "subnet-0ddd4444", "interface eni-9 of the instance is in it", stillOpen), "NOT COVERED: ", []string{
			"to cut it off is your decision", "It was left as it is.", "If everything in the subnet may be cut off, do it by hand",
			"subnet-0ddd4444: NOT HELD as of", "quarantine leave " + incident + " subnet-0ddd4444",
		}, []string{"quarantine pause", "The next look puts it right", "Who did"}},
		"came later":      {drifted(quarantine.DriftNew, "security-group", "eni-9", "came later, and is not held"), "COMPLETED: ", []string{"it is now, as read back"}, []string{"quarantine leave"}},
		"came, not held":  {drifted(quarantine.DriftNew, "security-group", "eni-9", "came later, and is not held", stillOpen), "NOT HELD YET: ", []string{"interface eni-9: NOT HELD as of"}, []string{"it is now"}},
		"came, and fails": {drifted(quarantine.DriftNew, "security-group", "eni-9", "came later, and is not held", notPutRight), "NOT HELD: ", []string{"putting that right has failed", "Close it by hand now."}, []string{"REOPENED"}},
		"never read back": {drifted(quarantine.DriftUnverified, "security-group", "eni-1", "no read-back is on record"), "COMPLETED: ", nil, []string{"REOPENED"}},
		"closed otherwise": {drifted(quarantine.DriftOtherwise, "network-acl", "subnet-0aaa1111", "is under acl-9, which denies everything", stillOpen), "CLOSED OTHERWISE: ",
			[]string{"as tight", "It was left as it is.", "CLOSED BY ANOTHER HAND as of"}, []string{"REOPENED", "NOT CONTAINED", "quarantine pause"}},
		"another version's": {drifted("melted", "network-acl", "subnet-0aaa1111", "is warm", stillOpen), "NOT AS IT WAS PUT: ", nil, []string{"CLOSED OTHERWISE"}},
		"of a measure":      {drifted(quarantine.DriftReopened, "security-group", "eni-1", "groups is sg-0web"), "REOPENED, CLOSED AGAIN: ", []string{"quarantine leave " + incident + " 'eni-1 (security-group)'"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := asRecorded(c.news)
			if name == "beside another" {
				r.Incident.Watch.Drifts = append(r.Incident.Watch.Drifts, drifted(quarantine.DriftReopened, "security-group", "eni-1", "groups is sg-0web", stillOpen).Drifts...)
				r.Incident.Holds = r.Incident.Seen()
			}
			m := composed(t, c.news, r)
			if !strings.HasPrefix(m.Subject, c.word) {
				t.Errorf("the subject is %q", m.Subject)
			}
			says(t, m.Text, c.says, c.lacks...)
		})
	}
}

// What a message has no room for stands where it leads to.
func TestWhatStandsOpenIsClosedByHand(t *testing.T) {
	t.Parallel()
	uncovered := drifted(quarantine.DriftUncovered, "network-acl", "subnet-0ddd4444", "interface eni-9 of the instance is in it", stillOpen)
	for thing, n := range map[string]quarantine.News{"subnet-0aaa1111": reopened(notPutRight), "subnet-0ddd4444": uncovered} {
		r := asRecorded(n)
		says(t, ByHandOf(*r.Incident, r.At), []string{"TO TAKE NETWORK-ACL", "Values=" + thing, "replace-network-acl-association"})
	}
}

// Every other thing is told without a record, too.
func TestWhatWasOpenedIsToldWhereTheLedgerCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, r := range []Record{{}, {Unread: quarantine.Failf(quarantine.Throttled, "try again")}} {
		m := composed(t, reopened(notPutRight), r)
		says(t, m.Text, []string{"REOPENED, AND NOT CLOSED AGAIN", "subnet-0aaa1111", "Close it by hand now."})
	}
}

func TestNewsOfWhatWasOpenedNeedWhatThatIs(t *testing.T) {
	t.Parallel()
	n := reopened()
	n.Drifts = nil
	if _, err := Compose(n, onRecord()); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("got %v, want BadRequest", err)
	}
}

// What others have written cannot forge a line, and cannot crowd out what came of it.
func TestHostileWordsOfWhatWasOpenedAreShownAsWords(t *testing.T) {
	t.Parallel()
	n := reopened(notPutRight, func(d *quarantine.Drift) {
		d.Thing = "subnet-0aaa1111'; `id`\nCLOSED AGAIN"
		d.What, d.By = "is under acl\r\nPut right at noon\x1b[2J\u202e", strings.Repeat("arn:aws:x ", 500)+"\nOPEN"
	})
	m := composed(t, n, asRecorded(n))
	for row := range strings.SplitSeq(m.Text, "\n") {
		one := strings.TrimSpace(row)
		if strings.HasPrefix(one, "CLOSED AGAIN") || strings.HasPrefix(one, "Put right at") || strings.ContainsAny(row, "\x1b\r\u202e") {
			t.Errorf("row %q", row)
		}
	}
	says(t, m.Text, []string{"NOT put right: AccessDenied", `quarantine leave ` + incident + ` 'subnet-0aaa1111'\''; ` + "`id` CLOSED AGAIN'"})
}

func TestMuchThatWasOpenedIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(`long "words" `, 200)
	n := reopened(notPutRight, func(d *quarantine.Drift) { d.What, d.By, d.Failed, d.Thing = long, long, long, long })
	for range 300 {
		n.Drifts = append(n.Drifts, n.Drifts[0])
	}
	m := composed(t, n, asRecorded(n))
	if len(m.Text) > maxText || len(m.Data) > maxData || utf8.RuneCountInString(m.Subject) > maxSubject {
		t.Errorf("text %d, data %d, subject %d", len(m.Text), len(m.Data), utf8.RuneCountInString(m.Subject))
	}
	says(t, m.Text, []string{"and: "})
}
