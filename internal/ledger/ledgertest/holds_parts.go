package ledgertest

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// parts are what is on record of the contract's thing once something was put.
func parts() map[string]quarantine.Part {
	return map[string]quarantine.Part{
		"groups":        {Before: &quarantine.Value{Text: "sg-1,sg-2"}, Puts: []string{"sg-q"}},
		"volume:vol-1":  {Before: &quarantine.Value{Absent: true}, Puts: []string{"false"}},
		"policy.of#1_2": {Before: &quarantine.Value{Unknown: true}, Puts: []string{"deny"}},
		"empty":         {Before: &quarantine.Value{}},
	}
}

// held is the thing as inc-01 holds it under a lease of writer-1's until a minute past noon.
func held(p map[string]quarantine.Part) quarantine.Hold {
	return quarantine.Hold{Holders: []string{incidentID(1)}, Parts: p, Writer: "writer-1", LeaseUntil: noon.Add(time.Minute)}
}

// ahead has the thing held by inc-01, with parts on record and the lease taken.
func ahead(t *testing.T, env Env, l *ledger.Ledger) {
	t.Helper()
	join(t, env, l, 1)
	leaseTo(t, l, 1, "writer-1")
	works(t, l.Ahead(t.Context(), thing, incidentID(1), "writer-1", parts()))
}

func writesAhead(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	wantHold(t, l, held(parts()))
	works(t, l.Ahead(t.Context(), thing, incidentID(1), "writer-1", map[string]quarantine.Part{
		"groups": {Before: &quarantine.Value{Text: "sg-3"}, Puts: []string{"sg-a", "sg-q"}},
		"empty":  {Before: &quarantine.Value{Text: "full"}},
	}))
	want := parts()
	want["groups"] = quarantine.Part{Before: &quarantine.Value{Text: "sg-1,sg-2"}, Puts: []string{"sg-a", "sg-q"}}
	wantHold(t, l, held(want))
}

func aheadUnverifies(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	verifiedAt := thing
	verifiedAt.VerifiedAt = noon
	works(t, l.Record(t.Context(), verifiedAt, incidentID(1), "writer-1", nil, false))
	want := held(parts())
	want.VerifiedAt = noon
	wantHold(t, l, want)
	works(t, l.Ahead(t.Context(), thing, incidentID(1), "writer-1", nil))
	wantHold(t, l, held(parts()))
}

func recordsReadBack(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	refused := map[string]quarantine.Part{"groups": {Refused: "EC2 takes it not"}}
	works(t, l.Record(t.Context(), thing, incidentID(1), "writer-1", refused, false))
	want := held(parts())
	set := func(part, after, refused string) {
		p := want.Parts[part]
		p.After, p.Refused = after, refused
		want.Parts[part] = p
	}
	set("groups", "", "EC2 takes it not")
	wantHold(t, l, want) // a call is not answered: the lease runs on

	readBack := thing
	readBack.VerifiedAt = noon.Add(2 * time.Second)
	works(t, l.Record(t.Context(), readBack, incidentID(1), "writer-1", map[string]quarantine.Part{"groups": {After: "sg-q"}}, true))
	set("groups", "sg-q", "")
	want.VerifiedAt, want.Writer, want.LeaseUntil = readBack.VerifiedAt, "", time.Time{}
	wantHold(t, l, want)
}

func onlyTheWriterWrites(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	join(t, env, l, 2)
	for _, by := range []struct{ incident, writer string }{{incidentID(1), "writer-2"}, {incidentID(3), "writer-1"}} {
		wantName(t, l.Ahead(t.Context(), thing, by.incident, by.writer, parts()), quarantine.LockLost)
		wantName(t, l.Record(t.Context(), thing, by.incident, by.writer, parts(), true), quarantine.LockLost)
		wantName(t, l.End(t.Context(), thing, by.incident, by.writer), quarantine.LockLost)
		h := must(l.Renew(t.Context(), thing, by.incident, by.writer, noon.Add(time.Hour)))(t)
		if !h.LeaseUntil.Equal(noon.Add(time.Minute)) {
			t.Errorf("a stranger has changed the lease: it runs until %s", h.LeaseUntil)
		}
	}
	wantName(t, l.Doubt(t.Context(), thing, "writer-2", "gone", noon), quarantine.LockLost)
	want := held(parts())
	want.Holders = []string{incidentID(1), incidentID(2)}
	wantHold(t, l, want)
}

func doubts(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	works(t, l.Doubt(t.Context(), thing, "writer-1", "groups is sg-3", noon))
	want := held(parts())
	want.Writer, want.LeaseUntil, want.Doubt, want.DoubtAt = "", time.Time{}, "groups is sg-3", noon
	wantHold(t, l, want)
	leaseTo(t, l, 1, "writer-2")
	works(t, l.Doubt(t.Context(), thing, "writer-2", "", time.Time{}))
	want.Doubt, want.DoubtAt = "", time.Time{}
	wantHold(t, l, want)
	leaseTo(t, l, 1, "writer-3")
	works(t, l.Doubt(t.Context(), thing, "writer-3", "gone", noon))
	leaseTo(t, l, 1, "writer-4")
	works(t, l.Record(t.Context(), thing, incidentID(1), "writer-4", nil, true)) // what was read settles it
	wantHold(t, l, want)
}

func doubtsForOthers(t *testing.T, env Env, l *ledger.Ledger) {
	ahead(t, env, l)
	letsGoLast(t, env, l, 1)
	join(t, env, l, 2)
	works(t, l.Doubt(t.Context(), thing, "writer-1", "", time.Time{})) // who came need not wait for the lease's end
	leaseTo(t, l, 2, "writer-2")
}

func spoilsHold(t *testing.T, env Env, l *ledger.Ledger) {
	number := &types.AttributeValueMemberN{Value: "1"}
	for attribute, v := range map[string]types.AttributeValue{
		"verifiedAt": text("yesterday"), "leaseUntil": text("noon"), "before_groups": number, "puts_groups": number,
		"after_groups": &types.AttributeValueMemberM{}, "last": text("x"), "doubtAt": text("noon"),
	} {
		put(t, env, map[string]types.AttributeValue{
			"pk": text("HOLD#security-group#" + acct + "#" + region + "#eni-1"), "sk": text("HOLD"),
			"holders": &types.AttributeValueMemberSS{Value: []string{incidentID(1)}}, attribute: v,
		})
		_, err := l.HoldOf(t.Context(), thing)
		if name := quarantine.NameOf(err); name != quarantine.Unexpected {
			t.Errorf("a spoilt %s is read as %q", attribute, name)
		}
		if _, err = l.Take(t.Context(), thing, incidentID(2), "writer-1", noon); !quarantine.Is(err, quarantine.Unexpected) {
			t.Errorf("with a spoilt %s, taking answers %v", attribute, err)
		}
	}
}
