package keysessions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/keysessions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const document = `{"Version":"2012-10-17","Statement":[{"Sid":"QuarantinedSessions","Effect":"Deny","Action":"*","Resource":"*",` +
	`"Condition":{"Null":{"aws:TokenIssueTime":"false"}}}]}`

// office is an account whose user alice has two keys and a policy of her own.
type office struct {
	*stage.Stage
	measure.Measure
	id         string
	key, other string
}

func newOffice() *office {
	o := &office{Stage: stage.New()}
	o.Measure = keysessions.Measure{Users: o.Identity}
	o.id = o.AddUser(account.User{Name: "alice", Policies: map[string]string{"own": "{}"}})
	o.key, o.other = o.AddAccessKey("alice"), o.AddAccessKey("alice")
	return o
}

// claim is an incident about a key, whose lock it has.
func (o *office) claim(t *testing.T, n int, key string) quarantine.Claim {
	t.Helper()
	c := quarantine.Claim{Incident: fmt.Sprintf("inc-%d", n), Owner: fmt.Sprintf("execution-%d", n), Resource: quarantine.Resource{
		Kind: quarantine.KindAccessKey, AccountID: o.ID(), Region: "us-east-1", ID: key,
	}}
	o.Lock(t, c, quarantine.StatusContained)
	return c
}

func name(key string) string { return "ec2-quarantine-" + key }

// want compares the keys for which a user denies sessions, and that her own policy is as it was.
func (o *office) want(t *testing.T, user string, keys ...string) {
	t.Helper()
	got := o.UserPolicies(user)
	if len(got) != len(keys)+1 || got["own"] != "{}" {
		t.Errorf("the policies of %s are %v, want those of %v", user, got, keys)
	}
	for _, key := range keys {
		if got[name(key)] != document {
			t.Errorf("the policy of %s is %s", key, got[name(key)])
		}
	}
}

func (o *office) wantUndone(t *testing.T, c quarantine.Claim, want quarantine.ReleaseOutcome) {
	t.Helper()
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != want {
		t.Errorf("the outcome is %s, %q, want %s", got.Outcome, got.Note, want)
	}
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if !quarantine.Is(err, name) {
		t.Errorf("the error is %v, want %s", err, name)
	}
}

func TestTheUserDeniesSessionsUntilTheRelease(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	done, err := o.Try(t, o, c)
	if err != nil || done.Status != measure.Done || !measure.Closed(stage.Only(t, done)) {
		t.Fatalf("one attempt answers %+v, %v", done, err)
	}
	if h := stage.Only(t, done); h.Thing != "alice/"+o.id+"/"+o.key || h.Parts["policy"].Before.Known() != "none" {
		t.Errorf("on record is %+v", h)
	}
	o.want(t, "alice", o.key)
	if got := o.AccessKey(o.key); got != "Active" {
		t.Errorf("the key itself is %s", got)
	}
	o.wantUndone(t, c, quarantine.Restored)
	o.want(t, "alice")
}

func TestKeysOfOneUserAreHeldAndReleasedEachByItself(t *testing.T) {
	t.Parallel()
	o := newOffice()
	one, two := o.claim(t, 1, o.key), o.claim(t, 2, o.other)
	o.Apply(t, o, one)
	o.Apply(t, o, two)
	o.want(t, "alice", o.key, o.other)
	o.wantUndone(t, one, quarantine.Restored)
	o.want(t, "alice", o.other)
	o.wantUndone(t, two, quarantine.Restored)
	o.want(t, "alice")
}

func TestARootKeyIsLeftByName(t *testing.T) {
	t.Parallel()
	o := newOffice()
	root := o.AddAccessKey("")
	done := o.Apply(t, o, o.claim(t, 1, root))
	if len(done.Things) != 0 || len(done.Left) != 1 || !strings.Contains(done.Left[0], root+" stays as it is: it is the root user's") {
		t.Errorf("the answer is %+v", done)
	}
}

func TestAKeyThatIAMDoesNotShowIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice()
	_, err := o.Try(t, o, o.claim(t, 1, "AKIAIOSFODNN7EXAMPLE"))
	wantName(t, err, quarantine.AccessDenied)
}

// The Deny is the user's: it stands, and goes, without the key.
func TestAKeyThatIsDeletedLeavesTheDenyToBeTakenBack(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.DeleteAccessKey(o.key)
	o.want(t, "alice", o.key)
	o.wantUndone(t, c, quarantine.Restored)
	o.want(t, "alice")
}

func TestARenamedUserIsFoundByTheKey(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.RenameUser("alice", "alice.b")
	o.AddUser(account.User{Name: "alice", Policies: map[string]string{"own": "{}", name(o.key): document}})
	if got := o.deviation(t, c); got.Kind != "" {
		t.Errorf("it deviates: %+v", got)
	}
	o.wantUndone(t, c, quarantine.Restored)
	o.want(t, "alice.b")
	o.want(t, "alice", o.key) // another user's, which somebody put there
}

func TestAUserOfTheSameNameIsNotTheOneWhoIsHeld(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.RemoveUser("alice")
	o.AddUser(account.User{Name: "alice", Policies: map[string]string{"own": "{}", name(o.key): document}})
	first, err := o.TryUndo(t, o, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	o.wantUndone(t, c, quarantine.Gone)
	o.want(t, "alice", o.key)
}

func TestARenamedUserIsNotCalledGoneWhereIAMDoesNotAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	o.RenameUser("alice", "alice.b")
	mend := o.Inject(account.Fault{Operation: "GetAccessKeyLastUsed", Kind: account.Throttle})
	_, err := o.TryUndo(t, o, c)
	wantName(t, err, quarantine.Throttled)
	mend()
	o.wantUndone(t, c, quarantine.Restored)
	o.want(t, "alice.b")
}

func TestAPolicyOfThatNameThatOthersMadeIsNotOverwritten(t *testing.T) {
	t.Parallel()
	o := newOffice()
	theirs := `{"Version":"2012-10-17","Statement":[]}`
	o.SetUserPolicy("alice", name(o.key), theirs)
	c := o.claim(t, 1, o.key)
	_, err := o.Try(t, o, c)
	wantName(t, err, quarantine.NameTaken)
	o.wantUndone(t, c, quarantine.Unchanged)
	if got := o.UserPolicies("alice")[name(o.key)]; got != theirs {
		t.Errorf("the policy is %s", got)
	}
}

func TestADenyThatNobodyPutThereIsForAPersonToDecide(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetUserPolicy("alice", name(o.key), document)
	c := o.claim(t, 1, o.key)
	if done := o.Apply(t, o, c); !stage.Only(t, done).Parts["policy"].Before.Unknown {
		t.Errorf("on record is %+v", stage.Only(t, done))
	}
	_, err := o.TryUndo(t, o, c)
	wantName(t, err, quarantine.NotReleased)
	o.SetUserPolicy("alice", name(o.key), "")
	o.wantUndone(t, c, quarantine.Drifted)
}

func TestAUserWithoutRoomIsSaidAndAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetUserPolicy("alice", "large", `"`+strings.Repeat("x", 2000)+`"`)
	c := o.claim(t, 1, o.key)
	_, err := o.Try(t, o, c)
	wantName(t, err, quarantine.QuotaReached)
	if !strings.Contains(err.Error(), "2,048 characters") || !strings.Contains(err.Error(), "the user alice") {
		t.Errorf("it says %v", err)
	}
	if len(keysessions.Info().Hints[quarantine.QuotaReached]) == 0 {
		t.Error("nobody says what to do about it")
	}
	o.Undo(t, o, c)
	if got := o.UserPolicies("alice"); len(got) != 2 {
		t.Errorf("the policies are %v", got)
	}
}

// deviation is how the one thing of an incident stands, some time after it was read back.
func (o *office) deviation(t *testing.T, c quarantine.Claim) measure.Deviation {
	t.Helper()
	o.Pass(5 * time.Minute)
	in, err := o.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	got, err := measure.Deviates(t.Context(), o, in.HoldsOf("key-sessions")[0], o.Stage.Clock().Now())
	if err != nil {
		t.Fatal(err)
	}
	return got
}
