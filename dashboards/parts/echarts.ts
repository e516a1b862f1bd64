import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

// Loaded on first use. SVG on screen (sharp in print, readable by tests); canvas only to save a PNG with the page's font.
use([BarChart, LineChart, GridComponent, TooltipComponent, LabelLayout, SVGRenderer, CanvasRenderer]);

export { init };
