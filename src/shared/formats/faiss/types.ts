/**
 * The FAISS index types by the four letters a file begins with (faiss/impl/index_write.cpp and index_read.cpp, up to
 * 1.12). `layout` says how the bytes go on; `header` alone means that the type is recognized and described, but its
 * body is not walked.
 */
export interface FaissType {
  /** The FAISS class. */
  readonly name: string;
  /** What it is, in plain English. */
  readonly description: string;
  readonly layout:
    | 'flat'
    | 'scalar'
    | 'product'
    | 'product-fast-scan'
    | 'hnsw'
    | 'ivf-flat'
    | 'ivf-scalar'
    | 'ivf-product'
    | 'ivf-product-fast-scan'
    | 'pre-transform'
    | 'refine'
    | 'id-map'
    | 'header'
    | 'ivf-header'
    | 'lattice-header'
    | 'binary-header';
  /** FAISS 1.7.3 does not read it. */
  readonly newer?: true;
}

const LEGACY = 'an old format of FAISS';

export const faissTypes: ReadonlyMap<string, FaissType> = new Map<string, FaissType>([
  ['IxF2', type('IndexFlatL2', 'all vectors in one list, compared one by one', 'flat')],
  ['IxFI', type('IndexFlatIP', 'all vectors in one list, compared one by one by inner product', 'flat')],
  ['IxFl', type('IndexFlat', 'all vectors in one list, compared one by one by another measure', 'flat')],
  ['IxSQ', type('IndexScalarQuantizer', 'all vectors in one list, each number rounded', 'scalar')],
  ['IxPq', type('IndexPQ', 'all vectors in one list, strongly compressed', 'product')],
  [
    'IPfs',
    type('IndexPQFastScan', 'all vectors in one list, strongly compressed for fast scanning', 'product-fast-scan'),
  ],
  ['IHNf', type('IndexHNSWFlat', 'a graph over full vectors', 'hnsw')],
  ['IHNs', type('IndexHNSWSQ', 'a graph over rounded vectors', 'hnsw')],
  ['IHNp', type('IndexHNSWPQ', 'a graph over strongly compressed vectors', 'hnsw')],
  ['IwFl', type('IndexIVFFlat', 'groups of full vectors, the type RVC and Applio make', 'ivf-flat')],
  ['IwSq', type('IndexIVFScalarQuantizer', 'groups of vectors with each number rounded', 'ivf-scalar')],
  ['IwPQ', type('IndexIVFPQ', 'groups of strongly compressed vectors', 'ivf-product')],
  [
    'IwPf',
    type('IndexIVFPQFastScan', 'groups of strongly compressed vectors for fast scanning', 'ivf-product-fast-scan'),
  ],
  ['IxPT', type('IndexPreTransform', 'another index behind a change of the vectors', 'pre-transform')],
  ['IxRF', type('IndexRefine', 'a fast index with an exact one behind it', 'refine')],
  ['IxMp', type('IndexIDMap', 'another index with numbers of its own for the vectors', 'id-map')],
  ['IxM2', type('IndexIDMap2', 'another index with numbers of its own for the vectors, both ways', 'id-map')],

  ['IxHe', type('IndexLSH', 'vectors reduced to bits', 'header')],
  ['IxHE', type('IndexLSH', LEGACY, 'header')],
  ['IxPQ', type('IndexPQ', LEGACY, 'header')],
  ['IxPo', type('IndexPQ', LEGACY, 'header')],
  ['IxRQ', type('IndexResidualQuantizer', LEGACY, 'header')],
  ['IxRq', type('IndexResidualQuantizer', 'vectors compressed in steps', 'header')],
  ['IxLS', type('IndexLocalSearchQuantizer', 'vectors compressed in steps', 'header')],
  ['IxPR', type('IndexProductResidualQuantizer', 'vectors compressed in steps', 'header')],
  ['IxPL', type('IndexProductLocalSearchQuantizer', 'vectors compressed in steps', 'header')],
  ['IxLa', type('IndexLattice', 'vectors rounded to a lattice', 'lattice-header')],
  ['Ixrq', newer('IndexRaBitQ', 'vectors reduced to bits', 'header')],
  ['Ix2L', type('Index2Layer', 'vectors compressed in two steps', 'header')],
  ['Imiq', type('MultiIndexQuantizer', 'a table of group centers', 'header')],
  ['ImRQ', type('ResidualCoarseQuantizer', 'a table of group centers', 'header')],
  ['ILfs', type('IndexLocalSearchQuantizerFastScan', 'vectors compressed for fast scanning', 'header')],
  ['IRfs', type('IndexResidualQuantizerFastScan', 'vectors compressed for fast scanning', 'header')],
  ['IPRf', type('IndexProductResidualQuantizerFastScan', 'vectors compressed for fast scanning', 'header')],
  ['IPLf', type('IndexProductLocalSearchQuantizerFastScan', 'vectors compressed for fast scanning', 'header')],
  ['IHN2', type('IndexHNSW2Level', 'a graph over vectors compressed in two steps', 'header')],
  ['IHNc', newer('IndexHNSWCagra', 'a graph built on a graphics card', 'header')],
  ['IHc2', newer('IndexHNSWCagra', 'a graph built on a graphics card', 'header')],
  ['INSf', type('IndexNSGFlat', 'a graph over full vectors', 'header')],
  ['INSp', type('IndexNSGPQ', 'a graph over strongly compressed vectors', 'header')],
  ['INSs', type('IndexNSGSQ', 'a graph over rounded vectors', 'header')],
  ['INNf', type('IndexNNDescentFlat', 'a graph over full vectors', 'header')],
  ['IRMf', type('IndexRowwiseMinMax', 'another index behind a scaling of each vector', 'header')],
  ['IRMh', type('IndexRowwiseMinMaxFP16', 'another index behind a scaling of each vector', 'header')],
  ['IwIQ', newer('IndexIVFIndependentQuantizer', 'groups with centers of another kind', 'header')],

  ['IvFl', type('IndexIVFFlat', LEGACY, 'ivf-header')],
  ['IvFL', type('IndexIVFFlat', LEGACY, 'ivf-header')],
  ['IvSQ', type('IndexIVFScalarQuantizer', LEGACY, 'ivf-header')],
  ['IwSQ', type('IndexIVFScalarQuantizer', LEGACY, 'ivf-header')],
  ['IvPQ', type('IndexIVFPQ', LEGACY, 'ivf-header')],
  ['IvQR', type('IndexIVFPQR', LEGACY, 'ivf-header')],
  ['IwQR', type('IndexIVFPQR', 'groups of strongly compressed vectors with a second step', 'ivf-header')],
  ['IwFd', type('IndexIVFFlatDedup', 'groups of full vectors, equal ones stored once', 'ivf-header')],
  ['IwSh', type('IndexIVFSpectralHash', 'groups of vectors reduced to bits', 'ivf-header')],
  ['Iwrq', newer('IndexIVFRaBitQ', 'groups of vectors reduced to bits', 'ivf-header')],
  ['IwRQ', type('IndexIVFResidualQuantizer', 'groups of vectors compressed in steps', 'ivf-header')],
  ['IwLS', type('IndexIVFLocalSearchQuantizer', 'groups of vectors compressed in steps', 'ivf-header')],
  ['IwPR', type('IndexIVFProductResidualQuantizer', 'groups of vectors compressed in steps', 'ivf-header')],
  ['IwPL', type('IndexIVFProductLocalSearchQuantizer', 'groups of vectors compressed in steps', 'ivf-header')],
  ['IVLf', type('IndexIVFLocalSearchQuantizerFastScan', 'groups of vectors compressed in steps', 'ivf-header')],
  ['IVRf', type('IndexIVFResidualQuantizerFastScan', 'groups of vectors compressed in steps', 'ivf-header')],
  ['NPLf', type('IndexIVFProductLocalSearchQuantizerFastScan', 'groups of vectors compressed in steps', 'ivf-header')],
  ['NPRf', type('IndexIVFProductResidualQuantizerFastScan', 'groups of vectors compressed in steps', 'ivf-header')],

  ['IBxF', type('IndexBinaryFlat', 'bit patterns, not vectors', 'binary-header')],
  ['IBwF', type('IndexBinaryIVF', 'bit patterns, not vectors', 'binary-header')],
  ['IBFf', type('IndexBinaryFromFloat', 'bit patterns, not vectors', 'binary-header')],
  ['IBHf', type('IndexBinaryHNSW', 'bit patterns, not vectors', 'binary-header')],
  ['IBHh', type('IndexBinaryHash', 'bit patterns, not vectors', 'binary-header')],
  ['IBHm', type('IndexBinaryMultiHash', 'bit patterns, not vectors', 'binary-header')],
  ['IBMp', type('IndexBinaryIDMap', 'bit patterns, not vectors', 'binary-header')],
  ['IBM2', type('IndexBinaryIDMap2', 'bit patterns, not vectors', 'binary-header')],
]);

function newer(name: string, description: string, layout: FaissType['layout']): FaissType {
  return { name, description, layout, newer: true };
}

function type(name: string, description: string, layout: FaissType['layout']): FaissType {
  return { name, description, layout };
}
