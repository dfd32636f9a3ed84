package loadbalancers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/loadbalancers"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	web  = "targetgroup/web/0123456789abcdef"
	arn  = "arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:" + web
	id   = "i-0aaaaaaaaaaaaaaaa/" + web + "/8080"
	ip   = "i-0aaaaaaaaaaaaaaaa/2001:db8::a/" + web + "/443/all/0x0123456789abcdef"
	old  = "i-0aaaaaaaaaaaaaaaa/loadbalancer/old"
	host = "i-0aaaaaaaaaaaaaaaa"
)

var resource = quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "cn-north-1", ID: host}

// held is a hold of the thing, which was taken out.
func held(name string) quarantine.Hold {
	return quarantine.Hold{Measure: "load-balancers", AccountID: resource.AccountID, Region: resource.Region, Thing: name, Parts: map[string]quarantine.Part{
		"registration": {Before: &quarantine.Value{Text: "registered"}, Puts: []string{"absent"}, After: "absent"},
	}}
}

// command is that of the steps that has the word, as it is typed.
func command(t *testing.T, steps []measure.Step, word, about string) string {
	t.Helper()
	for _, s := range steps {
		if slices.Contains(s.Command, word) && strings.Contains(strings.Join(s.Command, " "), about) {
			return strings.Join(s.Command, " ")
		}
	}
	t.Errorf("no step %s about %s in %v", word, about, steps)
	return ""
}

func TestByHandItIsRegisteredAgainWithItsPortAndZone(t *testing.T) {
	t.Parallel()
	never := held(id)
	never.Parts = map[string]quarantine.Part{"registration": {Before: &quarantine.Value{Text: "absent"}, After: "absent"}}
	info := loadbalancers.Info()
	steps := info.UndoByHand([]quarantine.Hold{held(id), held(ip), held(old)})
	if len(steps) != 4 {
		t.Errorf("the steps are %v", steps)
	}
	for about, want := range map[string]string{
		host + ",":    "elbv2 register-targets --target-group-arn " + arn + " --targets Id=" + host + ",Port=8080",
		"2001:db8::a": "elbv2 register-targets --target-group-arn " + arn + " --targets Id=2001:db8::a,Port=443,AvailabilityZone=all,QuicServerId=0x0123456789abcdef",
	} {
		if got := command(t, steps, "register-targets", about); got != want {
			t.Errorf("the command is %s, want %s", got, want)
		}
	}
	if got, want := command(t, steps, "register-instances-with-load-balancer", "old"), "elb register-instances-with-load-balancer --load-balancer-name old --instances "+host; got != want {
		t.Errorf("the command is %s, want %s", got, want)
	}
	if steps := info.UndoByHand([]quarantine.Hold{never}); len(steps) != 0 {
		t.Errorf("it never was registered, and the steps are %v", steps)
	}
}

func TestByHandItIsTakenOutOfWhatIsKnown(t *testing.T) {
	t.Parallel()
	steps := loadbalancers.Info().ByHand(resource, []quarantine.Hold{held(id), held(old), {Measure: "standby", Thing: host}})
	if len(steps) != 3 {
		t.Errorf("the steps are %v", steps)
	}
	command(t, steps, "deregister-targets", arn)
	command(t, steps, "deregister-instances-from-load-balancer", "old")
	steps = loadbalancers.Info().ByHand(resource, nil)
	command(t, steps, "describe-target-groups", "TargetGroups")
	command(t, steps, "deregister-targets", "Id=TARGET,Port=PORT")
	command(t, steps, "deregister-instances-from-load-balancer", "LOADBALANCER")
}

func TestHowItStandsIsSaidInWords(t *testing.T) {
	t.Parallel()
	info := loadbalancers.Info()
	if got := info.Now(held(id)) + ", " + info.Before(held(id)) + ", " + info.Before(quarantine.Hold{}); got != "not registered, registered, "+measure.NotKnown {
		t.Errorf("it is %q", got)
	}
}

// What is no name of a registration is told, and not called.
func TestAThingOfAnotherFormIsGone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{host, host + "/targetgroup/web", host + "/targetgroup/web/0123456789abcdef/http", host + "/10.0.0.1/subnet/a/b/80"} {
		if _, err := (loadbalancers.Measure{}).Look(t.Context(), quarantine.Hold{Thing: name}); !quarantine.Is(err, quarantine.ThingGone) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}
