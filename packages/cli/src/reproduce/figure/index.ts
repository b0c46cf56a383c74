/** Figures of experiments as pictures. */
export { figureSvg, inlineFigure } from './figure-svg.js'
