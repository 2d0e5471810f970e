package main

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/fovea-nn/fovea/nn"
)

// The colours of the two lines, from Okabe and Ito's palette, which colour-blind people can tell apart.
var (
	trainingColour   = color.RGBA{0x00, 0x72, 0xb2, 0xff}
	validationColour = color.RGBA{0xd5, 0x5e, 0x00, 0xff}
)

// checkCurve checks the name of a file for a curve.
func checkCurve(path string) error {
	if ext := strings.ToLower(filepath.Ext(path)); path != "" && ext != ".svg" && ext != ".png" {
		return usagef("--curve: got %q, want a file that ends in .svg or .png", path)
	}
	return checkFolder("--curve", path)
}

// writeCurve draws loss and accuracy of training and validation against the step, one chart above the other.
func writeCurve(path string, training, validation []nn.Point) error {
	loss, err := chart("loss", training, validation, func(p nn.Point) float64 { return p.Loss })
	if err != nil {
		return err
	}
	accuracy, err := chart("accuracy in %", training, validation, func(p nn.Point) float64 { return 100 * p.Accuracy })
	if err != nil {
		return err
	}
	loss.X.Min, loss.Y.Min = 0, 0
	accuracy.X.Min, accuracy.Y.Min, accuracy.Y.Max = 0, 0, 100
	accuracy.X.Label.Text = "step"
	accuracy.Legend.Top = false

	const width, height = 16 * vg.Centimeter, 16 * vg.Centimeter
	var canvas interface {
		vg.CanvasSizer
		vg.CanvasWriterTo
	}
	if strings.ToLower(filepath.Ext(path)) == ".svg" {
		canvas = vgsvg.New(width, height)
	} else {
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144))}
	}
	page := draw.New(canvas)
	tiles := draw.Tiles{Rows: 2, Cols: 1, PadX: 4 * vg.Millimeter, PadY: 6 * vg.Millimeter, PadTop: 4 * vg.Millimeter,
		PadBottom: 4 * vg.Millimeter, PadLeft: 4 * vg.Millimeter, PadRight: 4 * vg.Millimeter}
	plots := [][]*plot.Plot{{loss}, {accuracy}}
	for i, row := range plot.Align(plots, tiles, page) {
		plots[i][0].Draw(row[0])
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := canvas.WriteTo(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}

func chart(name string, training, validation []nn.Point, figure func(nn.Point) float64) (*plot.Plot, error) {
	p := plot.New()
	p.Y.Label.Text = name
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	for _, l := range []struct {
		name   string
		points []nn.Point
		colour color.Color
		marked bool // its places are few, and one alone makes no line
	}{{"training", training, trainingColour, false}, {"validation", validation, validationColour, true}} {
		var xys plotter.XYs
		for _, q := range l.points {
			if v := figure(q); !math.IsNaN(v) && !math.IsInf(v, 0) {
				xys = append(xys, plotter.XY{X: float64(q.Step), Y: v})
			}
		}
		if len(xys) == 0 {
			continue
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = l.colour, vg.Points(1.5)
		p.Add(line)
		p.Legend.Add(l.name, line)
		if l.marked {
			dots, err := plotter.NewScatter(xys)
			if err != nil {
				return nil, err
			}
			dots.Color, dots.Shape, dots.Radius = l.colour, draw.CircleGlyph{}, vg.Points(2.5)
			p.Add(dots)
		}
	}
	return p, nil
}
