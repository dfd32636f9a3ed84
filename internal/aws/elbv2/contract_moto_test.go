package elbv2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2/elbv2test"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	elbv2test.Contract(t, newMotoEnv)
}

func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	with := func(check func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool) func(t *testing.T) bool {
		return func(t *testing.T) bool {
			env := newMotoEnv(t)
			return check(t, elbv2.New(env.API), quarantine.Resource{AccountID: env.AccountID, Region: env.Region, ID: env.Instance}, env)
		}
	}
	on := func(env elbv2test.Env, port int32) quarantine.Target {
		return quarantine.Target{Group: env.Instances, ID: env.Instance, Port: port}
	}
	moto.ELBv2.StillHold(t, map[moto.Difference]func(t *testing.T) bool{
		moto.DrainsAtOnce: with(func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool {
			did(t, c.Register(t.Context(), r, on(env, 80)))
			did(t, c.Deregister(t.Context(), r, on(env, 80)))
			now, err := c.Registration(t.Context(), r, on(env, 80))
			did(t, err)
			return now == quarantine.Absent
		}),
		moto.OnePortATarget: with(func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool {
			did(t, c.Register(t.Context(), r, on(env, 8080)))
			did(t, c.Register(t.Context(), r, on(env, 8081)))
			found, _, err := c.TargetsOf(t.Context(), r, []string{env.VPC}, []string{env.Instance})
			did(t, err)
			return len(found) == 1
		}),
		moto.NoZones: with(func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool {
			did(t, c.Register(t.Context(), r, quarantine.Target{Group: env.Addresses, ID: "10.0.0.7", Port: 80, Zone: "all"}))
			found, _, err := c.TargetsOf(t.Context(), r, []string{env.VPC}, []string{"10.0.0.7"})
			did(t, err)
			return len(found) == 1 && found[0].Zone == ""
		}),
		moto.UnknownTargetRefused: with(func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool {
			return quarantine.Is(c.Deregister(t.Context(), r, on(env, 80)), quarantine.NotSupported)
		}),
		moto.TargetOfAnyKind: with(func(t *testing.T, c *elbv2.Client, r quarantine.Resource, env elbv2test.Env) bool {
			return c.Register(t.Context(), r, quarantine.Target{Group: env.Addresses, ID: env.Instance, Port: 80}) == nil
		}),
	})
}

// newMotoEnv is an account on moto's server.
func newMotoEnv(t *testing.T) elbv2test.Env {
	t.Helper()
	account := moto.NewAccount(t)
	c, fleet := awselb.NewFromConfig(account.Config()), awsec2.NewFromConfig(account.Config())
	vpc, err := fleet.CreateVpc(t.Context(), &awsec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	did(t, err)
	subnet, err := fleet.CreateSubnet(t.Context(), &awsec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String("10.0.0.0/24")})
	did(t, err)
	run, err := fleet.RunInstances(t.Context(), &awsec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		SubnetId: subnet.Subnet.SubnetId,
	})
	did(t, err)
	arns, listeners := map[string]string{}, map[string]string(nil)
	made := func(name string, of types.TargetTypeEnum) string {
		out, err := c.CreateTargetGroup(t.Context(), &awselb.CreateTargetGroupInput{
			Name: &name, VpcId: vpc.Vpc.VpcId, TargetType: of, Protocol: types.ProtocolEnumHttp, Port: aws.Int32(80),
		})
		did(t, err)
		arn := aws.ToString(out.TargetGroups[0].TargetGroupArn)
		arns[group(arn)] = arn
		return group(arn)
	}
	env := elbv2test.Env{
		API: c, AccountID: account.ID, Region: moto.Region, VPC: aws.ToString(vpc.Vpc.VpcId), Instance: aws.ToString(run.Instances[0].InstanceId),
		Instances: made("instances", types.TargetTypeEnumInstance), Addresses: made("addresses", types.TargetTypeEnumIp),
		Remove: func(t *testing.T, name string) {
			t.Helper()
			_, err := c.DeleteListener(t.Context(), &awselb.DeleteListenerInput{ListenerArn: aws.String(listeners[arns[name]])})
			did(t, err)
			_, err = c.DeleteTargetGroup(t.Context(), &awselb.DeleteTargetGroupInput{TargetGroupArn: aws.String(arns[name])})
			did(t, err)
		},
		Settle:  func(*testing.T) {}, // see moto.DrainsAtOnce
		Differs: moto.ELBv2,
	}
	listeners = used(t, c, aws.ToString(subnet.Subnet.SubnetId), arns)
	return env
}

// used has a load balancer use the target groups, as a target of one that nothing uses never drains, and
// gives their listeners.
func used(t *testing.T, c *awselb.Client, subnet string, groups map[string]string) map[string]string {
	t.Helper()
	out, err := c.CreateLoadBalancer(t.Context(), &awselb.CreateLoadBalancerInput{Name: aws.String("front"), Subnets: []string{subnet}})
	did(t, err)
	port, listeners := int32(80), map[string]string{}
	for _, arn := range groups {
		made, err := c.CreateListener(t.Context(), &awselb.CreateListenerInput{
			LoadBalancerArn: out.LoadBalancers[0].LoadBalancerArn, Port: aws.Int32(port), Protocol: types.ProtocolEnumHttp,
			DefaultActions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: aws.String(arn)}},
		})
		did(t, err)
		listeners[arn] = aws.ToString(made.Listeners[0].ListenerArn)
		port++
	}
	return listeners
}

func did(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
