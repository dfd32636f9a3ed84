package policychange_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/policychange"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const (
	parameter = "/quarantine/policy"
	first     = "version: 1\nsample: notify\n"
	second    = "version: 1\nsample: ignore\n"
	broken    = "version: 1\ncolour: red\n"
)

// owner is a parameter, and one who changes it.
type owner struct {
	store  *ssmtest.Store
	client *ssm.Client
	policychange.Change
}

func newOwner(t *testing.T, secure bool, versions ...string) *owner {
	t.Helper()
	o := &owner{store: &ssmtest.Store{}}
	for _, text := range versions {
		o.store.Put(parameter, text, secure)
	}
	api := o.store.Client(t)
	o.client = ssm.New(api)
	o.Change = policychange.Change{Store: o.client, Writer: ssm.NewWriter(api), Clock: clocktest.Clock{Wait: func(context.Context, time.Duration) error { return nil }}}
	return o
}

func (o *owner) read(t *testing.T) policychange.Deployed {
	t.Helper()
	d, err := policychange.Read(t.Context(), o.client, parameter)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatJudgesIsTheNewestVersionThatParses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		versions []string
		judging  int64
		refused  bool
	}{
		"the newest":         {[]string{first, second}, 2, false},
		"one before it":      {[]string{first, second, broken, broken}, 2, true},
		"none of those kept": {[]string{broken}, 0, true},
	} {
		d := newOwner(t, false, c.versions...).read(t)
		if d.Judging.Number != c.judging || (d.Policy == nil) != (c.judging == 0) || (d.Refused != nil) != c.refused || d.Newest().Number != int64(len(c.versions)) {
			t.Errorf("%s: version %d judges of %d (%v)", name, d.Judging.Number, d.Newest().Number, d.Refused)
		}
	}
}

func TestTheDifferenceIsShownLineByLine(t *testing.T) {
	t.Parallel()
	d := newOwner(t, false, first).read(t)
	want := []string{"@@ -1,2 +1,2 @@", " version: 1", "-sample: notify", "+sample: ignore"}
	if diff := cmp.Diff(want, d.Diff(second)); diff != "" {
		t.Error(diff)
	}
	if got := d.Diff(strings.TrimSuffix(first, "\n")); got != nil {
		t.Errorf("a line's end is no difference: %q", got)
	}
}

func TestAPolicyIsCheckedBeforeItIsPut(t *testing.T) {
	t.Parallel()
	_, err := policychange.Check(broken + "size: big\n")
	if faults, is := errors.AsType[triage.Faults](err); !is || len(faults) != 2 {
		t.Errorf("every fault at once: %v", err)
	}
	large := first + "#" + strings.Repeat("x", ssm.MaxAdvanced)
	if _, err := policychange.Check(large); !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), "a parameter holds 8192") {
		t.Errorf("got %v", err)
	}
	d := newOwner(t, false, first).read(t)
	if d.Upgrades(large[:ssm.MaxStandard]) || !d.Upgrades(large[:ssm.MaxStandard+1]) {
		t.Error("what is larger than 4096 bytes, and nothing else, makes an advanced parameter of it")
	}
}

func TestAWriteIsReadBackAndKeepsWhatTheParameterIs(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		o := newOwner(t, secure, first)
		d := o.read(t)
		version, err := o.Write(t.Context(), d, second)
		if err != nil || version != 2 {
			t.Fatalf("version %d, %v", version, err)
		}
		after := o.read(t)
		if now, was := after.Newest(), d.Newest(); now.Value != second || now.Type != was.Type || now.Key != was.Key || now.Tier != was.Tier {
			t.Errorf("it was %+v, and is %+v", was, now)
		}
		if !slices.EqualFunc(after.Versions, []int64{2, 1}, func(v ssm.Version, n int64) bool { return v.Number == n }) {
			t.Errorf("kept are %+v", after.Versions)
		}
	}
}

func TestWhatSomebodyElseHasChangedMeanwhileIsNotOverwritten(t *testing.T) {
	t.Parallel()
	o := newOwner(t, false, first)
	d := o.read(t)
	o.store.Put(parameter, broken, false)
	version, err := o.Write(t.Context(), d, second)
	changed, is := errors.AsType[*policychange.ChangedError](err)
	if !is || version != 0 || changed.Read != 1 || changed.Have != 2 || o.read(t).Newest().Value != broken {
		t.Errorf("version %d, %v", version, err)
	}
}

// between has somebody else write right before a write: Parameter Store has no condition.
type between struct {
	policychange.Writer
	first func()
}

func (b between) Put(ctx context.Context, name, value string, like ssm.Version) (int64, error) {
	b.first()
	return b.Writer.Put(ctx, name, value, like)
}

func TestAWriteAtTheSameMomentIsSaid(t *testing.T) {
	t.Parallel()
	o := newOwner(t, false, first)
	d := o.read(t)
	o.Writer = between{o.Writer, func() { o.store.Put(parameter, broken, false) }}
	version, err := o.Write(t.Context(), d, second)
	both, is := errors.AsType[*policychange.OverwrittenError](err)
	if !is || version != 3 || both.Read != 1 || both.Ours != 3 {
		t.Errorf("version %d, %v", version, err)
	}
}

// after has somebody else write right after a write.
type after struct {
	policychange.Writer
	then func()
}

func (a after) Put(ctx context.Context, name, value string, like ssm.Version) (int64, error) {
	defer a.then()
	return a.Writer.Put(ctx, name, value, like)
}

func TestNothingIsSaidOfAWriteThatWasNotReadBack(t *testing.T) {
	t.Parallel()
	o := newOwner(t, false, first)
	d := o.read(t)
	o.Writer = after{o.Writer, func() { o.store.Put(parameter, broken, false) }}
	if version, err := o.Write(t.Context(), d, second); version != 2 || !quarantine.Is(err, quarantine.NotVerified) || !strings.Contains(err.Error(), "somebody else has written it since") {
		t.Errorf("version %d, %v", version, err)
	}

	o = newOwner(t, false, first)
	d = o.read(t)
	o.Writer = after{o.Writer, func() { o.store.Fail(http.StatusBadRequest, "ThrottlingException") }}
	if version, err := o.Write(t.Context(), d, second); version != 2 || !quarantine.Is(err, quarantine.Throttled) || !strings.Contains(err.Error(), "version 2 of /quarantine/policy is written, and could not be read back") {
		t.Errorf("version %d, %v", version, err)
	}
}

func TestWhatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	o := newOwner(t, false, first)
	d := o.read(t)
	o.store.FailOne("PutParameter", http.StatusBadRequest, "AccessDeniedException")
	if version, err := o.Write(t.Context(), d, second); version != 0 || !quarantine.Is(err, quarantine.AccessDenied) || o.read(t).Newest().Number != 1 {
		t.Errorf("version %d, %v", version, err)
	}
}
