package forensics_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var keyNames = []string{
	"access-key", "other-access-keys", "access-key-last-used", "user", "user-tags", "user-policies", "user-attached-policies", "user-groups",
}

// accused is a scene with the user bob, and requests about the first of the keys.
type accused struct {
	*scene
	key, other, id string
}

func (s *scene) accused() *accused {
	s.AddUserGroup(account.UserGroup{Name: "ops", Policies: []string{"deploy"}, Attached: []string{"arn:aws:iam::aws:policy/PowerUserAccess"}})
	a := &accused{scene: s}
	a.id = s.AddUser(account.User{
		Name: "bob", Path: "/ops/", PasswordLastUsed: start.Add(-time.Hour), Boundary: "arn:aws:iam::123456789012:policy/bound",
		Tags: map[string]string{"team": "ops"}, Policies: map[string]string{"own": `{"Version":"2012-10-17"}`},
		Attached: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, Groups: []string{"ops"},
	})
	a.key, a.other = s.AddAccessKey("bob"), s.AddAccessKey("bob")
	s.UseAccessKey(a.key, account.KeyUse{At: start.Add(-time.Minute), Region: "eu-west-1", Service: "s3"})
	return a
}

func (a *accused) request() forensics.Request {
	in := request()
	in.Resource = quarantine.Resource{AccountID: "123456789012", Region: "us-east-1", Kind: quarantine.KindAccessKey, ID: a.key}
	in.Finding.Key = &quarantine.AccusedKey{ID: a.key, User: "bob", UserType: quarantine.UserTypeIAM}
	return in
}

func TestWhatIAMHasOfAKeyIsKeptAtOnce(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		a := s.accused()
		e := s.handle(a.request())
		if e.Status != quarantine.EvidenceComplete || len(e.Problems) > 0 || e.Snapshots == nil || len(e.Snapshots) > 0 || e.Case != a.key+"-2026-03-04" {
			t.Errorf("got %+v", e)
		}
		if diff := cmp.Diff(keyNames, names(e.Artifacts)); diff != "" {
			t.Errorf("the artifacts (-want +got):\n%s", diff)
		}
		for name, want := range map[string]string{
			"access-key":             `{"id":"` + a.key + `","status":"Active","createdAt":"2026-03-04T23:59:00Z"}`,
			"access-key-last-used":   `{"user":"bob","at":"2026-03-04T23:58:00Z","region":"eu-west-1","service":"s3"}`,
			"other-access-keys":      `[{"id":"` + a.other + `","status":"Active","createdAt":"2026-03-04T23:59:00Z","lastUse":{"user":"bob"}}]`,
			"user-tags":              `{"team":"ops"}`,
			"user-policies":          `[{"name":"own","document":"{\"Version\":\"2012-10-17\"}"}]`,
			"user-attached-policies": `["arn:aws:iam::aws:policy/ReadOnlyAccess"]`,
			"user-groups":            `[{"name":"ops","policies":["deploy"],"attachedPolicies":["arn:aws:iam::aws:policy/PowerUserAccess"]}]`,
			"user": `{"name":"bob","id":"` + a.id + `","arn":"arn:aws:iam::123456789012:user/ops/bob","path":"/ops/","createdAt":"2026-03-04T23:59:00Z",` +
				`"passwordLastUsed":"2026-03-04T22:59:00Z","permissionsBoundary":"arn:aws:iam::123456789012:policy/bound"}`,
		} {
			if got := string(s.body(name)); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		for _, artifact := range e.Artifacts {
			sum := sha256.Sum256(s.body(artifact.Name))
			if artifact.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("%s is kept as %+v", artifact.Name, artifact)
			}
		}
		if in := s.record(); !slices.Equal(s.kinds(), []string{"evidence-complete"}) || in.Evidence.Status != quarantine.EvidenceComplete {
			t.Errorf("on record is %+v", in.Evidence)
		}
	})
}

func TestEvidenceOfAKeyChangesNothingInIAMAndAsksEC2Nothing(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		s.handle(s.accused().request())
		for _, c := range s.Calls() {
			if c.Service == "ec2" || c.Service == "iam" && c.Mutating {
				t.Errorf("it called %s", c.Operation)
			}
		}
	})
}

func TestASecondRunOverwritesNoEvidenceOfAKey(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		a := s.accused()
		first := s.handle(a.request())
		time.Sleep(time.Minute)
		s.SetAccessKey(a.key, "Inactive")
		if diff := cmp.Diff(first, s.handle(a.request())); diff != "" {
			t.Errorf("the second run's evidence differs (-first +second):\n%s", diff)
		}
	})
}

// Who is gone, and which key, is evidence: nothing is missing.
func TestAKeyOrAUserThatIsGoneIsKeptAsGone(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		spoil func(a *accused)
		gone  []string
		kept  []string
	}{
		"the key":  {func(a *accused) { a.DeleteAccessKey(a.key) }, []string{"access-key", "access-key-last-used"}, keyNames},
		"the user": {func(a *accused) { a.RemoveUser("bob") }, []string{"access-key", "access-key-last-used", "user"}, []string{"access-key", "access-key-last-used", "user"}},
	} {
		inScene(t, func(t *testing.T, s *scene) {
			a := s.accused()
			c.spoil(a)
			e := s.handle(a.request())
			if e.Status != quarantine.EvidenceComplete || len(e.Problems) > 0 {
				t.Errorf("%s: got %+v", what, e)
			}
			if diff := cmp.Diff(onRecord(c.kept...), s.kept()); diff != "" {
				t.Errorf("%s: the artifacts (-want +got):\n%s", what, diff)
			}
			for _, name := range c.kept {
				if got := string(s.body(name)); strings.Contains(got, `"exists":false`) != slices.Contains(c.gone, name) {
					t.Errorf("%s: %s is %s", what, name, got)
				}
			}
		})
	}
}

// IAM knows the user's name of now.
func TestAKeyOfARenamedUserIsThatUsers(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		a := s.accused()
		s.RenameUser("bob", "rob")
		if e := s.handle(a.request()); e.Status != quarantine.EvidenceComplete || !strings.Contains(string(s.body("user")), `"name":"rob"`) {
			t.Errorf("got %+v", e)
		}
	})
}

func TestWhatIAMDoesNotShowIsAProblemAndFailsTheEvidence(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]struct {
		missing  []string
		problems int
	}{
		"GetAccessKeyLastUsed":      {[]string{"access-key-last-used"}, 2}, // of the other key, too
		"ListAccessKeys":            {[]string{"access-key", "other-access-keys"}, 2},
		"GetUser":                   {[]string{"user"}, 1},
		"ListUserTags":              {[]string{"user-tags"}, 1},
		"ListUserPolicies":          {[]string{"user-policies"}, 1},
		"GetUserPolicy":             {nil, 1},
		"ListAttachedUserPolicies":  {[]string{"user-attached-policies"}, 1},
		"ListGroupsForUser":         {[]string{"user-groups"}, 1},
		"ListGroupPolicies":         {nil, 1},
		"ListAttachedGroupPolicies": {nil, 1},
	} {
		inScene(t, func(t *testing.T, s *scene) {
			a := s.accused()
			s.denied(action)
			e := s.handle(a.request())
			if e.Status != quarantine.EvidenceStatusFailed || len(e.Problems) != want.problems || !strings.Contains(e.Problems[0], "denied "+action) {
				t.Errorf("%s: the evidence is %s, and the problems are %q, want %d", action, e.Status, e.Problems, want.problems)
			}
			for _, name := range keyNames {
				if kept := slices.Contains(s.kept(), name); kept == slices.Contains(want.missing, name) {
					t.Errorf("%s: %s is kept: %v", action, name, kept)
				}
			}
			if !slices.Equal(s.kinds(), []string{"evidence-failed"}) {
				t.Errorf("%s: the events are %v", action, s.kinds())
			}
		})
	}
}

func TestARootUsersKeyIsSaidToBeHis(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		a := s.accused()
		a.key = s.AddAccessKey("")
		e := s.handle(a.request())
		if e.Status != quarantine.EvidenceStatusFailed || len(e.Problems) != 1 || !strings.Contains(e.Problems[0], "root user") {
			t.Errorf("got %+v", e)
		}
	})
}

// IAM throttles: the state tries again, and adds what is missing.
func TestAFailureThatPassesIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetAccessKeyLastUsed", "ListUserPolicies", "ListGroupPolicies"} {
		inScene(t, func(t *testing.T, s *scene) {
			a := s.accused()
			mend := s.Inject(account.Fault{Operation: operation, Kind: account.Throttle})
			if _, err := s.handler().Handle(t.Context(), a.request()); !quarantine.Is(err, quarantine.Throttled) {
				t.Fatalf("%s: got %v", operation, err)
			}
			mend()
			time.Sleep(time.Second)
			if e := s.handle(a.request()); e.Status != quarantine.EvidenceComplete || len(e.Problems) > 0 {
				t.Errorf("%s: got %+v", operation, e)
			}
			if got := s.record().Evidence.Status; got != quarantine.EvidenceComplete {
				t.Errorf("%s: on record it is %s", operation, got)
			}
		})
	}
}

func TestAKindWithoutEvidenceIsRefused(t *testing.T) {
	t.Parallel()
	inScene(t, func(t *testing.T, s *scene) {
		in := request()
		in.Resource.Kind = "bucket"
		if _, err := s.handler().Handle(t.Context(), in); !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), `"bucket"`) {
			t.Errorf("got %v", err)
		}
	})
}
