package simaws

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

var getConsoleOutput = operation{
	service: ec2Service, name: "GetConsoleOutput",
	needs: []string{"InstanceId"}, reads: []string{"Latest"},
}

// GetConsoleOutput follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
//
// The output is in Base64, and is missing where there is none.
func (c *EC2) GetConsoleOutput(ctx context.Context, in *ec2.GetConsoleOutputInput, _ ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error) {
	a := c.account
	return invoke(ctx, a, getConsoleOutput, in, func(in *ec2.GetConsoleOutputInput) (*ec2.GetConsoleOutputOutput, error) {
		if _, err := lookup(anInstance, &a.storage.instances, []string{*in.InstanceId}); err != nil {
			return nil, err
		}
		out := &ec2.GetConsoleOutputOutput{InstanceId: in.InstanceId, Timestamp: aws.Time(a.now())}
		if text, ok := a.storage.consoles[*in.InstanceId]; ok {
			out.Output = aws.String(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		return out, nil
	})
}
