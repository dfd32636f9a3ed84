package rolesessions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/rolesessions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// office is an account with the role web, which two instances have.
type office struct {
	*stage.Stage
	measure.Measure
	roleID      string
	one, theirs string
}

func newOffice() *office {
	o := &office{Stage: stage.New()}
	o.Measure = rolesessions.Measure{Instances: o.Cloud, Roles: o.Identity}
	o.roleID = o.AddRole(account.Role{Name: "web"})
	o.one = o.AddInstance(account.Instance{Profile: o.ProfileARN("web")})
	o.theirs = o.AddInstance(account.Instance{Profile: o.ProfileARN("web")})
	return o
}

func name(instance string) string { return "ec2-quarantine-" + instance }

func (o *office) thing(instance string) string { return "web/" + o.roleID + "/" + instance }

// document is what denies an instance of the account everything.
func (o *office) document(instance string) string {
	return `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"QuarantinedInstance","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnEquals":{` +
		`"ec2:SourceInstanceARN":"arn:aws:ec2:eu-west-1:123456789012:instance/` + instance + `"}}},` +
		`{"Sid":"QuarantinedSession","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{` +
		`"aws:userId":"` + o.roleID + ":" + instance + `"}}}]}`
}

// want compares the instances that the role web denies.
func (o *office) want(t *testing.T, denied ...string) {
	t.Helper()
	got := o.Policies("web")
	if len(got) != len(denied) {
		t.Errorf("the policies are %v, want those of %v", got, denied)
	}
	for _, instance := range denied {
		if got[name(instance)] != o.document(instance) {
			t.Errorf("the policy of %s is %s, want %s", instance, got[name(instance)], o.document(instance))
		}
	}
}

// calls counts the calls of an operation.
func (o *office) calls(operation string) int {
	n := 0
	for _, c := range o.Calls() {
		if c.Operation == operation {
			n++
		}
	}
	return n
}

func wantName(t *testing.T, err error, name string) {
	t.Helper()
	if got := quarantine.NameOf(err); got != name {
		t.Errorf("the error is %q (%v), want %s", got, err, name)
	}
}

func TestTheRoleDeniesTheInstanceAloneUntilTheRelease(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetPolicy("web", "own", `{"Version":"2012-10-17"}`)
	c := o.Incident(t, 1, o.one)
	done, err := o.Try(t, o, c)
	if err != nil || done.Status != measure.Done || !measure.Closed(stage.Only(t, done)) || stage.Only(t, done).Thing != o.thing(o.one) {
		t.Fatalf("one attempt answers %+v, %v", done, err)
	}
	if got := o.Policies("web"); len(got) != 2 || got[name(o.one)] != o.document(o.one) {
		t.Errorf("the policies are %v", got)
	}
	o.Apply(t, o, c)
	if n := o.calls("PutRolePolicy"); n != 1 {
		t.Errorf("what is as it should be was put %d times", n)
	}
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	if got := o.Policies("web"); len(got) != 1 || got["own"] == "" {
		t.Errorf("after the release the policies are %v", got)
	}
}

func TestInstancesThatShareARoleAreHeldAndReleasedEachByItself(t *testing.T) {
	t.Parallel()
	o := newOffice()
	one, two := o.Incident(t, 1, o.one), o.Incident(t, 2, o.theirs)
	o.Apply(t, o, one)
	o.Apply(t, o, two)
	o.want(t, o.one, o.theirs)
	if got := stage.Only(t, o.Undo(t, o, one)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	o.want(t, o.theirs)
	o.Undo(t, o, two)
	o.want(t)
}

func TestTheLastOfTheIncidentsOfAnInstanceLetsItGo(t *testing.T) {
	t.Parallel()
	o := newOffice()
	one, two := o.Incident(t, 1, o.one), o.Incident(t, 2, o.one)
	o.Lock(t, one, quarantine.StatusContained)
	o.Apply(t, o, one)
	o.Lock(t, two, quarantine.StatusContained)
	o.Apply(t, o, two)
	if got := stage.Only(t, o.Undo(t, o, one)); got.Outcome != quarantine.StillHeld {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	o.want(t, o.one)
	if got := stage.Only(t, o.Undo(t, o, two)); got.Outcome != quarantine.Restored {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	o.want(t)
}

func TestWithoutARoleThereIsNothingToDoAndThatIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.AddRole(account.Role{Name: "gone"})
	o.RemoveRole("gone")
	for instance, why := range map[string]string{
		o.AddInstance(account.Instance{}):                                "has no instance profile",
		o.AddInstance(account.Instance{Profile: o.ProfileARN("gone")}):   "has no role",
		o.AddInstance(account.Instance{Profile: o.ProfileARN("nobody")}): "does not know the role or instance profile",
	} {
		c := o.Incident(t, 1, instance)
		done, err := o.Try(t, o, c)
		if err != nil || done.Status != measure.Done || len(done.Things) > 0 || len(done.Left) != 1 || !strings.Contains(done.Left[0], why) {
			t.Errorf("the answer is %+v, %v, want that it %s", done, err, why)
		}
		lines, err := measure.Planned(t.Context(), o, o.Resource(instance))
		if err != nil || !strings.Contains(strings.Join(lines, "\n"), why) {
			t.Errorf("the plan is %v, %v", lines, err)
		}
	}
	o.want(t)
}

func TestWhereTheProfileWasExchangedBothRolesAreHeldAndLetGo(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	other := o.AddRole(account.Role{Name: "other"})
	o.SetProfile(o.one, o.ProfileARN("other"))
	in, err := o.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	later, err := measure.Unheld(t.Context(), o, in)
	if err != nil || len(later) != 1 || later[0].Thing != "other/"+other+"/"+o.one {
		t.Fatalf("what is not held is %v, %v", later, err)
	}
	o.Apply(t, o, c)
	o.want(t, o.one)
	if got := o.Policies("other"); len(got) != 1 {
		t.Errorf("the policies of the other role are %v", got)
	}
	for thing, outcome := range stage.Outcomes(o.Undo(t, o, c)) {
		if outcome != quarantine.Restored {
			t.Errorf("%s is %s", thing, outcome)
		}
	}
	o.want(t)
	if got := o.Policies("other"); len(got) != 0 {
		t.Errorf("the policies of the other role are %v", got)
	}
}

func TestARoleOfTheSameNameIsNotTheOneThatIsHeld(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	o.Apply(t, o, c)
	o.RemoveRole("web")
	o.AddRole(account.Role{Name: "web"})
	o.SetPolicy("web", name(o.one), o.document(o.one)) // somebody's
	first, err := o.TryUndo(t, o, c)
	if err != nil || first.Status != measure.Pending {
		t.Fatalf("one look answers %+v, %v", first, err)
	}
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Gone {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	if got := o.Policies("web"); len(got) != 1 {
		t.Errorf("of the other role of that name the policies are %v", got)
	}
}

func TestAPolicyOfThatNameThatOthersMadeIsNotOverwritten(t *testing.T) {
	t.Parallel()
	o := newOffice()
	theirs := `{"Version":"2012-10-17","Statement":[]}`
	o.SetPolicy("web", name(o.one), theirs)
	c := o.Incident(t, 1, o.one)
	_, err := o.Try(t, o, c)
	wantName(t, err, quarantine.NameTaken)
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Unchanged {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	if got := o.Policies("web"); len(got) != 1 || got[name(o.one)] != theirs {
		t.Errorf("the policies are %v", got)
	}
}

func TestADenyThatNobodyPutThereIsForAPersonToDecide(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetPolicy("web", name(o.one), o.document(o.one))
	c := o.Incident(t, 1, o.one)
	if done := o.Apply(t, o, c); !stage.Only(t, done).Parts["policy"].Before.Unknown {
		t.Errorf("on record is %+v", stage.Only(t, done))
	}
	_, err := o.TryUndo(t, o, c)
	wantName(t, err, quarantine.NotReleased)
	o.SetPolicy("web", name(o.one), "")
	if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Drifted {
		t.Errorf("the outcome is %s, %q", got.Outcome, got.Note)
	}
	o.want(t)
}

func TestARoleWithoutRoomIsSaidAndAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.SetPolicy("web", "large", `"`+strings.Repeat("x", 10000)+`"`)
	c := o.Incident(t, 1, o.one)
	_, err := o.Try(t, o, c)
	wantName(t, err, quarantine.QuotaReached)
	if !strings.Contains(err.Error(), "10,240 characters") || !strings.Contains(err.Error(), o.thing(o.one)) {
		t.Errorf("it says %v", err)
	}
	if len(rolesessions.Info().Hints[quarantine.QuotaReached]) == 0 {
		t.Error("nobody says what to do about it")
	}
	o.Undo(t, o, c)
	if got := o.Policies("web"); len(got) != 1 {
		t.Errorf("the policies are %v", got)
	}
}

func TestSomeThirtyInstancesFitOneRole(t *testing.T) {
	t.Parallel()
	o := newOffice()
	n := 0
	for ; ; n++ {
		instance := o.AddInstance(account.Instance{Profile: o.ProfileARN("web")})
		if _, err := o.Try(t, o, o.Incident(t, n, instance)); err != nil {
			wantName(t, err, quarantine.QuotaReached)
			break
		}
	}
	if n < 25 || n > 35 {
		t.Errorf("%d instances fit", n)
	}
}

func TestARoleThatAWSAloneChangesIsNamedWithWhatToDo(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/aws-service-role/autoscaling.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/eu-west-1/"} {
		o := newOffice()
		o.AddRole(account.Role{Name: "reserved", Path: path})
		o.SetProfile(o.one, o.ProfileARN("reserved"))
		c := o.Incident(t, 1, o.one)
		done := o.Apply(t, o, c)
		held := stage.Only(t, done)
		said := strings.Join(rolesessions.Info().Standing(held, c.Incident, func(time.Time) string { return "now" }).Clauses(), ", ")
		if measure.Closed(held) || !strings.Contains(said, "NOT CHANGED") || !strings.Contains(said, "Give the instance another profile") {
			t.Errorf("%s: it says %s", path, said)
		}
		if got := stage.Only(t, o.Undo(t, o, c)); got.Outcome != quarantine.Unchanged && got.Outcome != quarantine.Restored {
			t.Errorf("%s: the outcome is %s, %q", path, got.Outcome, got.Note)
		}
	}
}
