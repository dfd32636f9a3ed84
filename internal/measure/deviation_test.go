package measure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/metadata"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// standing is an instance that a measure holds, for long enough that every read is of after it.
type standing struct {
	*stage.Stage
	measure.Measure
	claim quarantine.Claim
}

func newStanding(t *testing.T, of account.Instance, m func(*stage.Stage) measure.Measure) *standing {
	t.Helper()
	s := &standing{Stage: stage.New()}
	s.Measure = m(s.Stage)
	s.claim = s.Incident(t, 1, s.AddInstance(of))
	s.Apply(t, s, s.claim)
	s.Pass(time.Hour)
	return s
}

func protected(s *stage.Stage) measure.Measure { return protection.Measure{Instances: s.Cloud} }

func silenced(s *stage.Stage) measure.Measure { return metadata.Measure{Instances: s.Cloud} }

func (s *standing) hold(t *testing.T) quarantine.Hold {
	t.Helper()
	in, err := s.Ledger.Incident(t.Context(), s.claim.Incident)
	if err != nil || len(in.Holds) != 1 {
		t.Fatalf("on record is %+v, %v", in.Holds, err)
	}
	return in.Holds[0]
}

// stands says how a hold stands now.
func stands(t *testing.T, s *stage.Stage, m measure.Measure, h quarantine.Hold) measure.Deviation {
	t.Helper()
	got, err := measure.Deviates(t.Context(), m, h, s.Clock().Now())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *standing) want(t *testing.T, kind quarantine.DriftKind, what, unseen string) {
	t.Helper()
	got := stands(t, s.Stage, s.Measure, s.hold(t))
	if got.Kind != kind || got.What != what || got.Busy != unseen {
		t.Errorf("it stands as %+v, want %q, %q, %q", got, kind, what, unseen)
	}
	if kind == quarantine.DriftReopened && !slices.Contains(got.Marks, s.claim.Resource.ID) {
		t.Errorf("a call about it is not known by %v", got.Marks)
	}
}

func TestWhatIsAsItWasReadBackStands(t *testing.T) {
	t.Parallel()
	newStanding(t, account.Instance{}, protected).want(t, "", "", "")
	newStanding(t, account.Instance{}, silenced).want(t, "", "", "")
}

func TestEveryPartThatIsOtherwiseIsNamed(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{}, protected)
	for _, err := range []error{s.Cloud.SetTermination(t.Context(), s.claim.Resource, false), s.Cloud.SetShutdown(t.Context(), s.claim.Resource, "terminate")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s.want(t, quarantine.DriftReopened, "shutdown is terminate, termination is false", "")
}

func TestAPartThatEC2RefusedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{Spot: true}, protected) // takes no termination and no stop protection
	s.want(t, "", "", "")
	if err := s.Cloud.SetShutdown(t.Context(), s.claim.Resource, "terminate"); err != nil {
		t.Fatal(err)
	}
	s.want(t, quarantine.DriftReopened, "shutdown is terminate", "")
}

func TestAPartThatCameLaterOrIsGoneIsNoDrift(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{Volumes: []account.Volume{{}, {}}}, protected)
	s.AttachVolume(s.claim.Resource.ID, account.Volume{Device: "/dev/xvdz"})
	if err := s.Cloud.SetDeleteOnTermination(t.Context(), s.claim.Resource, "/dev/xvdz", true); err != nil {
		t.Fatal(err)
	}
	volumes, err := s.Cloud.AttachedVolumes(t.Context(), s.claim.Resource)
	if err != nil {
		t.Fatal(err)
	}
	s.DetachVolume(volumes[1].ID)
	s.want(t, "", "", "")
}

// EC2 takes no part of it: nothing was read back, and nothing ever will be.
func TestAThingOfWhichEveryPartIsRefusedIsNoDrift(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{}, protected)
	h := s.hold(t)
	h.VerifiedAt = time.Time{}
	for name, p := range h.Parts {
		p.Refused, p.After = "EC2 does not take it", ""
		h.Parts[name] = p
	}
	if got := stands(t, s.Stage, s.Measure, h); got.Kind != "" || got.Busy != "" {
		t.Errorf("it stands as %+v", got)
	}
}

func TestWhatWasNotReadBackIsUnverified(t *testing.T) {
	t.Parallel()
	s := &standing{Stage: stage.New()}
	s.Measure = protected(s.Stage)
	s.claim = s.Incident(t, 1, s.AddInstance(account.Instance{}))
	s.Inject(account.Fault{Operation: "ModifyInstanceAttribute", Kind: account.Deny, Times: 1})
	if _, err := s.Try(t, s, s.claim); !quarantine.Is(err, quarantine.AccessDenied) {
		t.Fatalf("the measure answers %v", err)
	}
	s.want(t, quarantine.DriftUnverified, "no read-back is on record", "")
	s.Apply(t, s, s.claim)
	s.want(t, "", "", "")
}

func TestAReadThatCanBeOlderThanWhatWasReadBackIsNotKnown(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{}, silenced)
	if err := s.Cloud.SetMetadataEndpoint(t.Context(), s.claim.Resource, "enabled"); err != nil {
		t.Fatal(err)
	}
	s.Pass(time.Minute)
	s.Apply(t, s, s.claim) // put right, and read back
	if err := s.Cloud.SetMetadataEndpoint(t.Context(), s.claim.Resource, "enabled"); err != nil {
		t.Fatal(err)
	}
	s.Pass(time.Minute)
	s.want(t, "", "", "EC2 may show an older state of "+s.claim.Resource.ID)
	s.Pass(2 * time.Minute)
	s.want(t, quarantine.DriftReopened, "endpoint is enabled", "")
}

func TestWhatAWSIsCarryingOutIsNotKnown(t *testing.T) {
	t.Parallel()
	s := newStanding(t, account.Instance{}, silenced)
	if err := s.Cloud.SetMetadataEndpoint(t.Context(), s.claim.Resource, "enabled"); err != nil {
		t.Fatal(err)
	}
	s.want(t, "", "", "AWS is carrying out a change of "+s.claim.Resource.ID)
}

func TestWhatAnotherExecutionIsAtIsNotKnownUntilItsLeaseIsOver(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.Apply(t, d, d.one)
	d.Pass(time.Hour)
	d.SetGroups(d.instance, open)
	var during measure.Deviation
	d.during(change, 0, func() { during = stands(t, d.Stage, d.Measure, d.hold(t)) })
	d.Apply(t, d, d.two)
	if want := d.eni + " is being changed by another execution"; during.Busy != want || during.Kind != "" {
		t.Errorf("during the change it stands as %+v", during)
	}
	h := d.hold(t)
	h.Writer, h.LeaseUntil = "another", d.Clock().Now() // which has just run out
	if got := stands(t, d.Stage, d.Measure, h); got.Busy != "" || got.Kind != "" {
		t.Errorf("after the lease it stands as %+v", got)
	}
}

func (d *door) hold(t *testing.T) quarantine.Hold {
	t.Helper()
	in, err := d.Ledger.Incident(t.Context(), d.one.Incident)
	if err != nil || len(in.Holds) != 1 {
		t.Fatalf("on record is %+v, %v", in.Holds, err)
	}
	return in.Holds[0]
}

func TestOfAThingThatIsGoneNothingIsOpen(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.Apply(t, d, d.one)
	d.Pass(time.Hour)
	d.Terminate(d.instance)
	if got := stands(t, d.Stage, d.Measure, d.hold(t)); got.Kind != "" || got.What != "" || got.Busy != "" {
		t.Errorf("it stands as %+v", got)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.Apply(t, d, d.one)
	h := d.hold(t)
	d.Inject(account.Fault{Service: "ec2", Operation: "DescribeNetworkInterfaces", Kind: account.Throttle})
	if got, err := measure.Deviates(t.Context(), d.Measure, h, d.Clock().Now()); !quarantine.Is(err, quarantine.Throttled) {
		t.Errorf("it stands as %+v, %v", got, err)
	}
}

func TestWhatCameLaterIsUnheld(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	unheld := func(c quarantine.Claim) string {
		in, err := d.Ledger.Incident(t.Context(), c.Incident)
		if err != nil {
			t.Fatal(err)
		}
		found, err := measure.Unheld(t.Context(), d.Measure, in)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, h := range found {
			ids = append(ids, h.Thing)
		}
		return strings.Join(ids, " ")
	}
	d.Apply(t, d, d.one)
	if got := unheld(d.one); got != "" {
		t.Errorf("what is held is said to have come later: %s", got)
	}
	made := d.AttachInterface(d.instance, account.Interface{Subnet: d.subnet, PrivateIP: "10.0.1.99"})
	d.AttachInterface(d.instance, account.Interface{Subnet: d.subnet, PrivateIP: "10.0.1.98", RequesterManaged: true})
	if got := unheld(d.one); got != made {
		t.Errorf("unheld is %s, not %s: the other one is not the instance's to change", got, made)
	}
	d.Apply(t, d, d.one)
	if got := unheld(d.one); got != "" {
		t.Errorf("after the measure was taken again %s is unheld", got)
	}
	d.Undo(t, d, d.one)
	if got := unheld(d.one); got != made+" "+d.eni && got != d.eni+" "+made {
		t.Errorf("after the release unheld is %q", got)
	}
}
