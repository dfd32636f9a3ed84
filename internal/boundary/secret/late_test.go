package secret_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const parameter = "/quarantine/secret"

var errRefused = errors.New("refused")

func refused(err error) bool { return errors.Is(err, errRefused) }

// keeper has a secret in a parameter store, and a clock.
type keeper struct {
	t     *testing.T
	store ssmtest.Store
	now   time.Time
	log   bytes.Buffer
	*secret.Late[string]
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{t: t, now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	k.put("planted-1")
	client := ssm.New(k.store.Client(t))
	k.Late = &secret.Late[string]{
		Name: "key", Clock: clocktest.Clock{Time: func() time.Time { return k.now }}, Log: slog.New(slog.NewTextHandler(&k.log, nil)),
		Read: func(ctx context.Context) (string, error) { return client.Parameter(ctx, parameter) },
		Make: func(s string) (string, error) {
			if strings.HasSuffix(s, "-bad") {
				return "", quarantine.Failf(quarantine.BadRequest, "no key")
			}
			return "of " + s, nil
		},
	}
	t.Cleanup(func() {
		if strings.Contains(k.log.String(), "planted") {
			t.Errorf("the secret is in the log: %s", &k.log)
		}
	})
	return k
}

func (k *keeper) put(s string) { k.store.Put(parameter, s, true) }

func (k *keeper) has(want string, calls int) {
	k.t.Helper()
	if got, err := k.Get(k.t.Context()); err != nil || got != "of "+want || k.store.Calls() != calls {
		k.t.Errorf("got %q, %v after %d reads, want of %s after %d", got, err, k.store.Calls(), want, calls)
	}
}

// use calls with what is made of the secret; all but one are refused.
func (k *keeper) use(good string) (tried []string, err error) {
	err = k.Use(k.t.Context(), refused, func(made string) error {
		tried = append(tried, made)
		if made != "of "+good {
			return errRefused
		}
		return nil
	})
	return tried, err
}

func TestASecretIsReadWhenItIsNeededAndOnce(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	for range 3 {
		k.has("planted-1", 1)
		k.now = k.now.Add(time.Hour)
	}
}

func TestWhereASecretCannotBeReadTheNextTriesAgain(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.store.Fail(http.StatusBadRequest, "AccessDeniedException")
	if _, err := k.Get(t.Context()); !quarantine.Is(err, quarantine.AccessDenied) {
		t.Errorf("got %v", err)
	}
	if _, another := k.Renew(t.Context()); another || k.store.Calls() != 1 {
		t.Error("what was never there is renewed")
	}
	k.store.Fail(0, "")
	k.has("planted-1", 2)
}

// What was made of it works on; a process that starts now would have nothing.
func TestACheckReadsTheSecretWhateverWasMadeOfItBefore(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.has("planted-1", 1)
	if err := k.Check(t.Context()); err != nil || k.store.Calls() != 2 {
		t.Errorf("got %v after %d reads", err, k.store.Calls())
	}
	k.store.Fail(http.StatusBadRequest, "ParameterNotFound")
	if err := k.Check(t.Context()); err == nil {
		t.Error("a secret that is gone is said to be there")
	}
	k.has("planted-1", 3)
	k.store.Fail(0, "")
	k.put("planted-bad")
	if err := k.Check(t.Context()); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("of what nothing can be made: %v", err)
	}
	k.has("planted-1", 4)
	k.put("planted-2")
	if err := k.Check(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
	k.has("planted-2", 5)
}

func TestARefusedSecretIsReadAgainAndTriedOnceMore(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.has("planted-1", 1)
	k.put("planted-2")
	if tried, err := k.use("planted-2"); err != nil || fmt.Sprint(tried) != "[of planted-1 of planted-2]" || k.store.Calls() != 2 {
		t.Errorf("tried %v, %v after %d reads", tried, err, k.store.Calls())
	}
	k.has("planted-2", 2)
	if !strings.Contains(k.log.String(), "a secret was replaced") {
		t.Errorf("the log is %s", &k.log)
	}
}

func TestARefusedSecretThatIsTheSameIsNotTriedAgainAndReadOnceAMinute(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	for n := range 120 { // two minutes of refusals, one a second
		if tried, err := k.use("planted-2"); !refused(err) || len(tried) != 1 {
			t.Fatalf("second %d: tried %v, %v", n, tried, err)
		}
		k.now = k.now.Add(time.Second)
	}
	if k.store.Calls() != 3 { // the first, and one a minute
		t.Errorf("%d reads", k.store.Calls())
	}
}

func TestAnotherErrorThanARefusalReadsNothing(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.put("planted-2")
	k.has("planted-2", 1)
	k.put("planted-3")
	err := k.Use(t.Context(), refused, func(string) error { return errors.New("throttled") })
	if err == nil || refused(err) || k.store.Calls() != 1 {
		t.Errorf("got %v after %d reads", err, k.store.Calls())
	}
}

func TestWhatVerifiesOthersIsAtMostAMinuteOld(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.Verifies = true
	k.has("planted-1", 1)
	k.put("planted-2")
	k.now = k.now.Add(59 * time.Second)
	k.has("planted-1", 1)
	k.now = k.now.Add(time.Second)
	k.has("planted-2", 2)
	k.put("planted-3")
	if _, another := k.Renew(t.Context()); another || k.store.Calls() != 2 {
		t.Errorf("it was read twice in a minute: %d", k.store.Calls())
	}
	k.now = k.now.Add(-time.Hour) // a clock that is set back
	k.has("planted-3", 3)
}

func TestTheSecretOfBeforeIsUsedWhereTheNextCannotBe(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.Verifies = true
	k.has("planted-1", 1)
	k.put("planted-bad")
	k.now = k.now.Add(time.Minute)
	k.has("planted-1", 2)
	k.store.Fail(http.StatusBadRequest, "ThrottlingException")
	k.now = k.now.Add(time.Minute)
	k.has("planted-1", 3)
	if log := k.log.String(); !strings.Contains(log, "errorType=BadRequest") || !strings.Contains(log, "errorType=Throttled") {
		t.Errorf("the log is %s", log)
	}
	k.store.Hang()
	k.now = k.now.Add(time.Minute)
	began := time.Now()
	k.has("planted-1", 4)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestPrintingShowsNoSecret(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.Make = func(string) (string, error) { return "made", nil }
	if _, err := k.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprintf("%+v %#v", k.Late, k.Late); strings.Contains(all, "planted") {
		t.Error(all)
	}
}
