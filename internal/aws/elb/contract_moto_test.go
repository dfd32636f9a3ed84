package elb_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb/elbtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	elbtest.Contract(t, newMotoEnv)
}

func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.ELB.StillHold(t, map[moto.Difference]func(t *testing.T) bool{
		moto.UnknownInstanceTaken: func(t *testing.T) bool {
			env := newMotoEnv(t)
			return elb.New(env.API).Deregister(t.Context(), quarantine.Resource{ID: env.Instance}, env.Balancers[0]) == nil
		},
		moto.GoneBalancer: func(t *testing.T) bool {
			env := newMotoEnv(t)
			env.Remove(t, env.Balancers[0])
			return quarantine.Is(elb.New(env.API).Register(t.Context(), quarantine.Resource{ID: env.Instance}, env.Balancers[0]), quarantine.Unavailable)
		},
	})
}

// newMotoEnv is an account on moto's server.
func newMotoEnv(t *testing.T) elbtest.Env {
	t.Helper()
	account := moto.NewAccount(t)
	c := awselb.NewFromConfig(account.Config())
	env := elbtest.Env{
		API: c, Balancers: [2]string{"blue", "green"}, Instance: "i-0a0a0a0a0a0a0a0a0", Differs: moto.ELB,
		Remove: func(t *testing.T, name string) {
			t.Helper()
			if _, err := c.DeleteLoadBalancer(t.Context(), &awselb.DeleteLoadBalancerInput{LoadBalancerName: &name}); err != nil {
				t.Fatal(err)
			}
		},
	}
	for _, name := range env.Balancers {
		_, err := c.CreateLoadBalancer(t.Context(), &awselb.CreateLoadBalancerInput{
			LoadBalancerName: &name, AvailabilityZones: []string{moto.Region + "a"},
			Listeners: []types.Listener{{Protocol: aws.String("http"), LoadBalancerPort: 80, InstancePort: aws.Int32(8080)}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return env
}
