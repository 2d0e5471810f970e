package export_test
import ("testing";"strings";"os";"time";"path/filepath";"github.com/fovea-nn/fovea/nn/onnx/export";"github.com/fovea-nn/fovea/nn/onnx/pb";"github.com/fovea-nn/fovea/nn/zoo";"github.com/fovea-nn/fovea/nn/op")
func TestZooX(t *testing.T){ for _,e:=range zoo.All() { if !strings.Contains(" resnet18 googlenet googlenet_bn mobilenet_v2 shufflenet_v2 densenet121 inception_v3 squeezenet unet efficientnet_b0 mobilenet_v1 mobilenet_v3_small wrn preresnet20 resnet20 se_resnet ", " "+e.Name+" ") {t.Log(e.Name);continue}; 
  text,err:=e.Text(zoo.Options{Classes:10,Size:64}); if err!=nil {t.Log(e.Name,err);continue}
  g:=prediction(t,text,1); w:=weights(g); at:=time.Now()
  m,err:=export.Model(g,w,export.Options{Name:e.Name}); if err!=nil {t.Log(e.Name,err);continue}
  fl:=0; for _,n:=range g.Nodes {fl+=op.FLOPs(n)}
  t.Log(e.Name, g.Find("x").Shape, len(g.Nodes), len(m.Graph.Nodes), "transposes",count(m,"Transpose"), "MFLOP",fl/1e6, time.Since(at))
  if fl>700e6 {continue}
  in := map[string]*op.Tensor{"x": picture(g.Find("x").Shape, 3)}
  d:=filepath.Join("/tmp/onnxzoo2",e.Name); os.MkdirAll(d+"/test_data_set_0",0o755)
  os.WriteFile(d+"/model.onnx",pb.Encode(m),0o644)
  os.WriteFile(d+"/test_data_set_0/input_0.pb",pb.EncodeTensor(tensor("x",moved(in["x"],true))),0o644)
  os.WriteFile(d+"/test_data_set_0/output_0.pb",pb.EncodeTensor(tensor("probs",moved(outputs(t,g,w,in)["probs"],true))),0o644)
}}
