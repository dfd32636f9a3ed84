package autoscaling_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling/autoscalingtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	autoscalingtest.Contract(t, newMotoEnv)
}

func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.AutoScaling.StillHold(t, map[moto.Difference]func(t *testing.T) bool{
		moto.StandbyAtOnce: func(t *testing.T) bool {
			env := newMotoEnv(t)
			c := autoscaling.New(env.API)
			did(t, c.EnterStandby(t.Context(), of(env), env.Group))
			_, state, err := c.Membership(t.Context(), of(env))
			did(t, err)
			return state == "Standby"
		},
		moto.NoTrafficSources: func(t *testing.T) bool {
			env := newMotoEnv(t)
			_, _, err := autoscaling.New(env.API).TrafficSources(t.Context(), of(env))
			return err != nil
		},
		moto.StandbyOfAnything: func(t *testing.T) bool {
			env := newMotoEnv(t)
			c := autoscaling.New(env.API)
			did(t, c.ExitStandby(t.Context(), of(env), env.Group)) // it is in service
			env.Instance = env.Other
			return c.EnterStandby(t.Context(), of(env), env.Group) == nil
		},
	})
}

// newMotoEnv is an account on moto's server.
func newMotoEnv(t *testing.T) autoscalingtest.Env {
	t.Helper()
	account := moto.NewAccount(t)
	c := awsautoscaling.NewFromConfig(account.Config())
	const group = "web tier.1"
	found, err := awsec2.NewFromConfig(account.Config()).DescribeSubnets(t.Context(), nil) // those of the default VPC
	did(t, err)
	subnets := []string{aws.ToString(found.Subnets[0].SubnetId), aws.ToString(found.Subnets[1].SubnetId)}
	_, err = c.CreateLaunchConfiguration(t.Context(), &awsautoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: aws.String("web"), ImageId: aws.String("ami-12c6146b"), InstanceType: aws.String("t3.micro"),
	})
	did(t, err)
	_, err = c.CreateAutoScalingGroup(t.Context(), &awsautoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String(group), LaunchConfigurationName: aws.String("web"), VPCZoneIdentifier: aws.String(strings.Join(subnets, ",")),
		MinSize: aws.Int32(1), MaxSize: aws.Int32(3), DesiredCapacity: aws.Int32(1),
	})
	did(t, err)
	members := func(t *testing.T) (ids []string) {
		t.Helper()
		out, err := c.DescribeAutoScalingInstances(t.Context(), nil)
		did(t, err)
		for _, i := range out.AutoScalingInstances {
			ids = append(ids, aws.ToString(i.InstanceId))
		}
		return ids
	}
	return autoscalingtest.Env{
		API: c, AccountID: account.ID, Region: moto.Region, Group: group, Subnets: subnets, Instance: members(t)[0], Other: "i-0a0a0a0a0a0a0a0a0",
		Members: func(t *testing.T) int { t.Helper(); return len(members(t)) },
		Settle:  func(*testing.T) {}, // nothing is ever on its way, see moto.StandbyAtOnce
		Differs: moto.AutoScaling,
	}
}

func did(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
